import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { findPulumi } from "./find-pulumi";
import { ROOT, WORKSHOP } from "./places";

const BIN = join(WORKSHOP, "bin");

export type EngineName = "pulumi" | "groundwork";

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Makes the executables that an engine finds on PATH: the language host and the plugins. */
export function makeExecutables(plugins: readonly string[], folder = BIN): void {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, call: string): void => {
    const loader = JSON.stringify(join(ROOT, "cli/bin/register.js"));
    writeFileSync(join(folder, name), `#!${process.execPath}\n"use strict";\nrequire(${loader});\n${call}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  const module = (file: string): string => JSON.stringify(join(__dirname, file));
  write(
    "pulumi-language-nodejs",
    `void require(${module("language-host.ts")}).serveLanguageHost(process.argv.at(-1));`,
  );
  for (const plugin of plugins) {
    write(
      `pulumi-resource-${plugin}`,
      `void require(${module("serve-plugin.ts")}).servePlugin(${JSON.stringify(plugin)});`,
    );
  }
}

/** Runs a command of an engine in a project's folder. */
export async function runEngine(
  engine: EngineName,
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const { PATH = "", HOME = "" } = process.env;
  const [command, ...leading] =
    engine === "pulumi"
      ? [await findPulumi(), "--non-interactive"]
      : [process.execPath, join(ROOT, "cli/bin/groundwork.js")];
  const child = spawn(command, [...leading, ...args], {
    cwd,
    env: {
      ...{ PATH: `${BIN}${delimiter}${PATH}`, HOME, PULUMI_HOME: join(WORKSHOP, "home") },
      ...{ PULUMI_CONFIG_PASSPHRASE: "correct horse", PULUMI_SKIP_UPDATE_CHECK: "true" },
      ...{ PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true", PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true" },
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr] = [child.stdout, child.stderr].map((stream) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    return () => Buffer.concat(chunks).toString();
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code: code ?? -1, stdout: stdout?.() ?? "", stderr: stderr?.() ?? "" };
}
