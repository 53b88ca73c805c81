import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

import type { Project } from "../engine/project/project";
import { loadProject } from "../engine/project/project";
import type { Backend, StackReference } from "../engine/state/backend";
import { passphraseKeyring } from "../engine/state/passphrase";
import type { Keyring } from "../engine/state/passphrase";
import { openBackend } from "../engine/state/stack";
import type { PropertyMap } from "../providers/base/values";
import { CliError } from "./errors";
import type { GlobalFlags } from "./program";
import { askSecret, isInteractive } from "./prompt";

/** Our folder in a project, which its `.gitignore` names. */
const FOLDER = ".groundwork";
/** The only one that a backend folder has. */
export const ORGANIZATION = "organization";

/** A project with the backend that keeps its stacks. */
export class Workspace {
  private constructor(
    readonly project: Project,
    readonly backend: Backend,
    readonly keyring: Keyring,
    readonly interactive: boolean,
    /** Opens the same backend with other keys. */
    readonly connect: (keyring: Keyring) => Promise<Backend>,
  ) {}

  static async open(flags: GlobalFlags): Promise<Workspace> {
    if (flags.cwd !== undefined) enter(flags.cwd);
    const project = await loadProject(process.cwd());
    const interactive = isInteractive(flags.nonInteractive === true);
    const ask = interactive ? (question: string) => askSecret(`${question}: `) : undefined;
    const keyring = passphraseKeyring(process.env, ask);
    const fromEnvironment = process.env["PULUMI_BACKEND_URL"];
    const url = fromEnvironment ?? project.backendUrl ?? `file://${join(project.root, FOLDER, "state")}`;
    const base = fromEnvironment === undefined ? project.root : process.cwd();
    const onNotice = (text: string): void => void process.stderr.write(`note: ${text}\n`);
    const connect = (keys: Keyring): Promise<Backend> => openBackend(url, { keyring: keys, base, onNotice });
    return new Workspace(project, await connect(keyring), keyring, interactive, connect);
  }

  /** The stack that was chosen by `stack select`, ours or that of Pulumi's own CLI. */
  async selected(): Promise<string | undefined> {
    const { root, file, name } = this.project;
    const home = process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
    const hash = createHash("sha1").update(file).digest("hex");
    return (
      (await readSelection(join(root, FOLDER, "workspace.json"))) ??
      (await readSelection(join(home, "workspaces", `${name}-${hash}-workspace.json`)))
    );
  }

  /** Only our own file is written: Pulumi's CLI keeps its selection. */
  async select(stack: string): Promise<void> {
    const path = join(this.project.root, FOLDER, "workspace.json");
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `${JSON.stringify({ stack })}\n`);
  }

  /** The stack that a command works on: named, or in PULUMI_STACK, or selected. */
  async stackName(named: string | undefined): Promise<string> {
    const found = named ?? process.env["PULUMI_STACK"] ?? (await this.selected());
    if (found !== undefined && found !== "") return this.ownName(found);
    throw new CliError(
      "no-stack-selected",
      `no stack of ${this.project.name} is selected; name one with --stack, or choose one with \`groundwork stack select\``,
    );
  }

  /** The outputs of any stack of the backend, as a StackReference names it; undefined when there is no such stack. */
  async outputsOf(reference: string): Promise<PropertyMap | undefined> {
    const { project, name } = this.locate(reference);
    const stack = this.backend.stack(project, name);
    return (await stack.exists()) ? stack.outputs() : undefined;
  }

  private ownName(reference: string): string {
    const { project, name } = this.locate(reference);
    if (project === this.project.name) return name;
    throw new CliError("usage", `stack ${reference} is of another project than ${this.project.name}; go there with -C`);
  }

  /** `stack`, `organization/stack`, `project/stack` or `organization/project/stack`, where that word is the organization. */
  private locate(reference: string): StackReference {
    const parts = reference.split("/");
    if (parts[0] === ORGANIZATION && parts.length > 1) parts.shift();
    const [name = "", project = this.project.name, ...rest] = parts.reverse();
    if (rest.length === 0) return { project, name };
    throw new CliError(
      "usage",
      `${reference} is no stack; write <stack>, <project>/<stack> or organization/<project>/<stack>`,
    );
  }
}

export function enter(folder: string): void {
  try {
    process.chdir(folder);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new CliError("usage", `the folder ${folder} cannot be entered (${reason}); correct the path after -C`);
  }
}

async function readSelection(path: string): Promise<string | undefined> {
  try {
    const { stack } = JSON.parse(await readFile(path, "utf8")) as { stack?: unknown };
    return typeof stack === "string" && stack !== "" ? stack : undefined;
  } catch {
    // No selection is as good as none that can be read.
    return undefined;
  }
}
