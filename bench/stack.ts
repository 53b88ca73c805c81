import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { measureNode, type Usage } from "./measure";

export const ROOT = resolve(__dirname, "..");
const CLI = join(ROOT, "cli/bin/groundwork.js");
const TYPESCRIPT = ["--require", join(ROOT, "cli/bin/register.js")];

export interface BrokerAccess {
  readonly endpoint: string;
  readonly username: string;
  readonly password: string;
}

/** The program of `nodes/` in a folder of its own, with an empty state. */
export class BenchStack {
  readonly folder = mkdtempSync(join(tmpdir(), "groundwork-bench-"));
  readonly env: NodeJS.ProcessEnv;

  constructor(
    readonly broker: BrokerAccess,
    readonly nodes: number,
    readonly parallel: number,
  ) {
    cpSync(join(__dirname, "nodes"), this.folder, { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(this.folder, "node_modules"));
    const { endpoint, username, password } = broker;
    const config = Object.entries({ endpoint, username, password, nodes });
    const lines = config.map(([key, value]) => `  bench-nodes:${key}: ${JSON.stringify(String(value))}\n`);
    writeFileSync(join(this.folder, "Pulumi.bench.yaml"), `config:\n${lines.join("")}`, { mode: 0o600 });
    const settings = JSON.stringify({ endpoint, username, password, nodes, parallel });
    this.env = { ...process.env, PULUMI_CONFIG_PASSPHRASE: "bench", HOME: this.folder, GROUNDWORK_BENCH: settings };
  }

  groundwork(args: readonly string[], until?: RegExp): Promise<Usage> {
    return measureNode([CLI, "-C", this.folder, ...args, "--stack", "bench"], this.env, until);
  }

  /** One of this folder's scripts in a process of its own. */
  script(name: string, ...args: readonly string[]): Promise<Usage> {
    return measureNode([...TYPESCRIPT, join(__dirname, name), ...args], this.env);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
