import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, runEngine, WORKSHOP } from "./engines";
import type { EngineName, Finished } from "./engines";
import { EMPTY_WORLD, writeWorld } from "./world";

/** A stack of its own, in a folder of its own, whose program is that of a case and turn. */
export class TestProject {
  readonly folder: string;
  readonly world: string;

  constructor(
    label: string,
    private readonly name: string,
  ) {
    this.folder = join(WORKSHOP, "stacks", label.replace(/[^A-Za-z0-9]+/g, "-"));
    this.world = join(this.folder, "world.json");
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(join(this.folder, "state"), { recursive: true });
    const write = (file: string, text: string): void => writeFileSync(join(this.folder, file), text);
    write("Pulumi.yaml", "name: conformance\nruntime: nodejs\nmain: index.js\n");
    write("package.json", "{}\n");
    const [loader, program] = ["cli/bin/register.js", "tests/conformance/program.ts"].map((file) => join(ROOT, file));
    write("index.js", `require(${JSON.stringify(loader)});\nmodule.exports = require(${JSON.stringify(program)});\n`);
    writeWorld(this.world, EMPTY_WORLD);
  }

  run(engine: EngineName, turn: number, ...args: readonly string[]): Promise<Finished> {
    return runEngine(engine, [...args, "--stack", "dev"], this.folder, this.environment(turn));
  }

  async init(engine: EngineName): Promise<void> {
    const { code, stderr } = await runEngine(engine, ["stack", "init", "dev"], this.folder, this.environment(0));
    if (code !== 0) throw new Error(`${engine} stack init failed: ${stderr}`);
  }

  private environment(turn: number): Record<string, string> {
    return {
      PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
      CONFORMANCE_WORLD: this.world,
      CONFORMANCE_PROGRAM: `${this.name}#${turn}`,
    };
  }
}
