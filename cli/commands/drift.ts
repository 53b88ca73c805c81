import { join, relative } from "node:path";

import { DEFAULT_PARALLEL } from "../../engine/deployment";
import { stackConfigPath } from "../../engine/project/project";
import { StackNotFoundError } from "../../engine/state/errors";
import { judge, readAccepted } from "../drift/accepted";
import { collect } from "../drift/collect";
import { markdownReport } from "../drift/markdown";
import { makeReport } from "../drift/report";
import type { DriftReport } from "../drift/report";
import { sarifReport } from "../drift/sarif";
import { textReport } from "../drift/text";
import { CliError } from "../errors";
import { palette } from "../make-display";
import type { GlobalFlags } from "../program";
import { reportFiles, writeReports } from "../report-files";
import type { FileFormat, ReportFormat } from "../report-files";
import { Workspace } from "../workspace";

export interface DriftFlags extends GlobalFlags {
  readonly all?: boolean;
  readonly json?: boolean;
  readonly output?: ReportFormat;
  readonly report?: readonly string[];
  readonly accepted?: string;
  readonly parallel?: number;
  readonly providers?: "built-in" | "official";
}

/** Beside Pulumi.yaml, used when it is there. */
const ACCEPTED = "accepted-drift.yaml";

/** `drift [stack...]`. Exit code 7 for drift, 1 where something could not be told, whatever else was found. */
export async function drift(names: readonly string[], flags: DriftFlags): Promise<void> {
  const files = reportFiles(flags.report);
  const workspace = await Workspace.open(flags);
  const { root, plugins } = workspace.project;
  const stacks = await chosen(workspace, names, flags);
  const acceptances = await readAccepted(flags.accepted ?? join(root, ACCEPTED), flags.accepted !== undefined);
  const official = flags.providers === "official";
  const { stacks: found, notices } = await collect(workspace, stacks, {
    parallel: flags.parallel ?? DEFAULT_PARALLEL,
    plugins: { official, project: plugins, environment: process.env },
  });
  const now = new Date();
  const told = found.filter(({ unknown }) => unknown.length === 0).map(({ stack }) => stack);
  const looked = { stacks: told, all: flags.all === true && told.length === found.length };
  const judged = judge({ ...looked, findings: found.flatMap(({ findings }) => findings) }, acceptances, now);
  const report = makeReport(found, { ...judged, notices: [...notices, ...judged.notices] }, now);
  const fileOf = (stack: string): string => relative(root, stackConfigPath(workspace.project, stack));
  await writeReports(files, (format) => render(report, format, fileOf));
  const format = flags.json === true ? "json" : (flags.output ?? "table");
  if (format === "table") process.stdout.write(textReport(report, palette(flags.color)));
  else process.stdout.write(render(report, format, fileOf));
  if (report.unknown.length > 0) throw new CliError("could-not-tell", "not everything could be read", true);
  if (report.findings.length > 0) throw new CliError("changes-found", "there is drift", true);
}

function render(report: DriftReport, format: FileFormat, fileOf: (stack: string) => string): string {
  switch (format) {
    case "json":
      return `${JSON.stringify(report, undefined, 2)}\n`;
    case "markdown":
      return markdownReport(report);
    case "sarif":
      return `${JSON.stringify(sarifReport(report, fileOf), undefined, 2)}\n`;
  }
}

async function chosen(workspace: Workspace, names: readonly string[], flags: DriftFlags): Promise<readonly string[]> {
  const { backend, project } = workspace;
  if (flags.all === true) {
    if (names.length > 0 || flags.stack !== undefined) {
      throw new CliError("usage", "--all means every stack; leave out the names, or --all");
    }
    const all = (await backend.list(project.name)).map(({ name }) => name);
    if (all.length > 0) return all;
    throw new StackNotFoundError(`${project.name} has no stacks; make one with \`groundwork stack init\``);
  }
  const wanted = await Promise.all((names.length > 0 ? names : [flags.stack]).map((name) => workspace.stackName(name)));
  for (const name of wanted) {
    if (await backend.stack(project.name, name).exists()) continue;
    throw new StackNotFoundError(`no stack named '${name}' found; \`groundwork stack ls\` lists those that there are`);
  }
  return [...new Set(wanted)];
}
