import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { PluginOptions } from "../../../engine/operation";

const ODD = join(__dirname, "fixtures", "odd-plugin.js");

/** A machine's plugins: a folder of installed ones and a folder on PATH, made for one test file. */
export class InstalledPlugins {
  readonly folder = mkdtempSync(join(tmpdir(), "groundwork-plugins-"));
  readonly bin = join(this.folder, "bin");
  private readonly log = join(this.folder, "log");

  constructor() {
    process.env["ODD_LOG"] = this.log;
  }

  /** Installs the odd plugin in the folder of plugins. */
  install(version: string, name = "odd"): void {
    this.write(join(this.folder, "plugins", `resource-${name}-v${version}`, `pulumi-resource-${name}`), ODD);
  }

  /** Puts a plugin on PATH. */
  onPath(name = "odd", program = ODD): void {
    this.write(join(this.bin, `pulumi-resource-${name}`), program);
  }

  options(more: Partial<PluginOptions> = {}): PluginOptions {
    return { official: false, project: [], environment: { PATH: this.bin, PULUMI_HOME: this.folder }, ...more };
  }

  /** What the odd plugin was asked, in order. */
  said(): string[] {
    return existsSync(this.log) ? readFileSync(this.log, "utf8").trimEnd().split("\n") : [];
  }

  reset(): void {
    for (const path of [this.bin, this.log, join(this.folder, "plugins")])
      rmSync(path, { recursive: true, force: true });
  }

  dispose(): void {
    delete process.env["ODD_LOG"];
    rmSync(this.folder, { recursive: true, force: true });
  }

  private write(path: string, program: string): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
    chmodSync(path, 0o755);
  }
}
