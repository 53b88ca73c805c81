import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { analyzeState } from "../../engine/policy/analyze";
import type { PackAnalysis } from "../../engine/policy/analyze";
import type { PolicyPackOptions, ProgramInfo } from "../../engine/operation";
import type { ResourceState } from "../../engine/resource-state";
import { decodeSnapshot, parseExport } from "../../engine/state/checkpoint";
import { passphraseKeyring } from "../../engine/state/passphrase";
import { openCodec } from "../../engine/state/stack-state";
import { parseUrn } from "../../engine/urn";
import { CliError } from "../errors";
import { palette } from "../make-display";
import type { GlobalFlags } from "../program";
import { markdownReport } from "../policy/markdown";
import { isFailed, jsonOf, policyReport } from "../policy/report";
import type { PolicyReport } from "../policy/report";
import { sarifReport } from "../policy/sarif";
import { textReport } from "../policy/text";
import { askSecret, isInteractive, readStandardInput } from "../prompt";
import { Redactor } from "../redact";
import { reportFiles, writeReports } from "../report-files";
import type { FileFormat, ReportFormat } from "../report-files";
import { Session } from "../session";
import { ORGANIZATION, enter } from "../workspace";

interface AnalyzeFlags extends GlobalFlags {
  readonly file?: string;
  readonly output?: ReportFormat;
  readonly json?: boolean;
  readonly report?: readonly string[];
  readonly policyPack?: readonly string[];
  readonly policyPackConfig?: readonly string[];
}

/** The pack that comes with Groundwork. */
const OWN_PACK = join(__dirname, "../../policies");

/** `policy analyze`: judges a recorded state; no program runs, nothing is touched. */
export async function analyze(flags: AnalyzeFlags): Promise<void> {
  const { policyPack, policyPackConfig: configs = [] } = flags;
  if (configs.length > 0 && configs.length !== (policyPack ?? [OWN_PACK]).length) {
    throw new CliError("usage", "--policy-pack-config goes with --policy-pack: give as many of one as of the other");
  }
  const files = reportFiles(flags.report);
  const { stack, project, resources } = await readState(flags);
  const redactor = Redactor.ofEnvironment(process.env);
  redactor.addStates(resources);
  const program: ProgramInfo = {
    stack,
    project,
    organization: ORGANIZATION,
    root: process.cwd(),
    directory: process.cwd(),
    entry: "",
  };
  const analyses = await analyzeState({
    ...{ program, resources, packs: packsOf(policyPack, configs, stack) },
    tell: (severity, message) => {
      if (severity !== "debug") process.stderr.write(`${severity}: ${redactor.text(message)}\n`);
    },
  });
  const report = policyReport({
    stack,
    resources: resources.length,
    analyses: analyses.map((each) => clean(each, redactor)),
  });
  await writeReports(files, (format) => render(report, format));
  const format = flags.json === true ? "json" : (flags.output ?? "table");
  process.stdout.write(format === "table" ? textReport(report, palette(flags.color)) : render(report, format));
  if (isFailed(report)) throw new CliError("update-failed", "a mandatory policy is violated", true);
}

function render(report: PolicyReport, format: FileFormat): string {
  switch (format) {
    case "json":
      return `${JSON.stringify(jsonOf(report), undefined, 2)}\n`;
    case "markdown":
      return markdownReport(report);
    case "sarif":
      return `${JSON.stringify(sarifReport(report), undefined, 2)}\n`;
  }
}

function clean(analysis: PackAnalysis, redactor: Redactor): PackAnalysis {
  return {
    ...analysis,
    findings: analysis.findings.map((each) => ({ ...each, message: redactor.text(each.message) })),
  };
}

/** Without a pack that is named: that of the project, else our own, with the levels of the environment where it has some. */
function packsOf(
  named: readonly string[] | undefined,
  configs: readonly string[],
  stack: string,
): readonly PolicyPackOptions[] {
  if (named !== undefined) return named.map((path, i) => ({ path, config: configs[i] }));
  const own = resolve("policies");
  const path = existsSync(join(own, "PulumiPolicy.yaml")) ? own : OWN_PACK;
  return [{ path, config: configs[0] ?? levelsOf(path, stack) }];
}

/** `prod-us` has the levels of `prod`, unless it has some of its own. */
function levelsOf(pack: string, stack: string): string | undefined {
  const names = [stack, stack.replace(/-.*/, "")];
  return names.map((name) => join(pack, "levels", `${name}.json`)).find((file) => existsSync(file));
}

interface Recorded {
  readonly stack: string;
  readonly project: string;
  readonly resources: readonly ResourceState[];
}

async function readState(flags: AnalyzeFlags): Promise<Recorded> {
  if (flags.file !== undefined) return readExport(flags.file, flags);
  const { stack } = await Session.openExisting(flags);
  return { stack: stack.name, project: stack.project, resources: (await stack.read()).resources };
}

/** What `stack export` printed; it needs no project. `-` is standard input. */
async function readExport(file: string, flags: GlobalFlags): Promise<Recorded> {
  if (flags.cwd !== undefined) enter(flags.cwd);
  const source = file === "-" ? "standard input" : file;
  const text = await (file === "-" ? readStandardInput() : readFile(file, "utf8")).catch((error: unknown) => {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new CliError("usage", `${source} cannot be read (${reason}); name a file that \`stack export\` wrote`);
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which may hold secrets.
    throw new CliError("usage", `${source} is not JSON; give it what \`stack export\` printed`);
  }
  const raw = parseExport(json, source);
  const interactive = isInteractive(flags.nonInteractive === true);
  const keyring = passphraseKeyring(process.env, interactive ? (question) => askSecret(`${question}: `) : undefined);
  // `--show-secrets` exports them in clear, beside the salt of the passphrase that they had.
  const salt = text.includes('"ciphertext"') ? raw.salt : undefined;
  const { resources } = decodeSnapshot(raw, await openCodec(salt, source, keyring));
  const [first] = resources;
  const { stack, project } = first === undefined ? { stack: "", project: "" } : parseUrn(first.urn);
  return { stack, project, resources };
}
