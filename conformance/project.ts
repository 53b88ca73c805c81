import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Deployment } from "./case";
import { runEngine } from "./engines";
import type { EngineName, Finished } from "./engines";
import { ROOT, WORKSHOP } from "./places";
import { EMPTY_WORLD, writeWorld } from "./world";

/** Stacks made once by each engine: to make one is to derive a key, which takes its time on purpose. */
const templates = new Map<EngineName, Promise<string>>();

/** A stack of its own, in a folder of its own, whose program is that of a case and turn. */
export class TestProject {
  readonly world: string;

  private constructor(
    readonly folder: string,
    private readonly name: string,
  ) {
    this.world = join(folder, "world.json");
  }

  /** @param by the engine that makes the stack */
  static async create(by: EngineName, label: string, name: string): Promise<TestProject> {
    const made = templates.get(by) ?? makeTemplate(by);
    templates.set(by, made);
    const project = new TestProject(folderOf(label), name);
    cpSync(await made, project.folder, { recursive: true });
    return project;
  }

  run(engine: EngineName, turn: number, ...args: readonly string[]): Promise<Finished> {
    return runEngine(engine, [...args, "--stack", "dev"], this.folder, {
      ...backend(this.folder),
      CONFORMANCE_WORLD: this.world,
      CONFORMANCE_PROGRAM: `${this.name}#${turn}`,
    });
  }

  /** What the state's file holds. */
  deployment(): Partial<Deployment> {
    return this.readState().checkpoint.latest ?? {};
  }

  /** Changes the state's file, as a run that died would leave it. */
  edit(change: (deployment: Deployment) => void): void {
    const state = this.readState();
    if (state.checkpoint.latest !== undefined) change(state.checkpoint.latest);
    writeFileSync(this.stateFile, JSON.stringify(state));
  }

  private readState(): { readonly checkpoint: { readonly latest?: Deployment } } {
    return JSON.parse(readFileSync(this.stateFile, "utf8")) as { checkpoint: { latest?: Deployment } };
  }

  private get stateFile(): string {
    return join(this.folder, "state/.pulumi/stacks/conformance/dev.json");
  }
}

async function makeTemplate(engine: EngineName): Promise<string> {
  const folder = folderOf(`template ${engine}`);
  mkdirSync(join(folder, "state"), { recursive: true });
  const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);
  write("Pulumi.yaml", "name: conformance\nruntime: nodejs\nmain: index.js\n");
  write("package.json", "{}\n");
  const [loader, program] = ["cli/bin/register.js", "conformance/program.ts"].map((file) => join(ROOT, file));
  write("index.js", `require(${JSON.stringify(loader)});\nmodule.exports = require(${JSON.stringify(program)});\n`);
  writeWorld(join(folder, "world.json"), EMPTY_WORLD);
  must(await runEngine(engine, ["stack", "init", "dev"], folder, backend(folder)));
  return folder;
}

function backend(folder: string): Record<string, string> {
  return { PULUMI_BACKEND_URL: `file://${join(folder, "state")}` };
}

function folderOf(label: string): string {
  const folder = join(WORKSHOP, "stacks", label.replace(/[^A-Za-z0-9]+/g, "-"));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

export function must({ code, stdout, stderr }: Finished): string {
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr || stdout}`);
  return stdout;
}
