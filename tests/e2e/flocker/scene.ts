import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";

import { type CliResult, Environment } from "../support/environment";
import { type Inventory, takeInventory } from "../support/inventory";
import type { ExportedState } from "../support/state";

/** The sections of the environment that this file's tests change. */
export interface Sections {
  flocker: {
    cluster: { name: string };
    keyAlgorithm: string;
    control: { host: string; names?: string[] };
    nodes: { host: string; uuid?: string; dockerPlugin?: boolean }[];
    agent: { dataset: Record<string, unknown>; datasetSecrets?: Record<string, string>; port?: number };
    users: { name: string; host?: string }[];
    administrator?: { directory: string };
  };
  mmm: {
    series: 1 | 2;
    verifyMode?: 0 | 1;
    monitor: { host: string; configuration?: string };
    agents: { host: string; names?: string[]; configuration?: string }[];
    controls: { host: string }[];
  };
}

/** Flocker and MMM on the same hosts, as they come to stand side by side. */
export interface Scene {
  readonly environment: Environment;
  readonly before: Inventory;
  readonly up: CliResult;
  readonly state: ExportedState;
  /** Where the administrator's files are. */
  readonly administrator: string;
}

export const NODE_UUID = "8eab4b8d-c0a2-4ce2-80aa-0709277a9a7a";
/** An MMM that was there before, on a node that has MMM's agent. */
export const MMM_AGENT = { host: "agent1", path: "/usr/local/mmm/etc/mmm_agent.conf" };
const OWN = "# ours\nthis db1\nhost db1\n    ip 127.0.0.1\n    mode master";

/** RSA keys of 2048 bits: 4096, the default, take a while each. */
export function sections(administrator: string, monitored: string): Sections {
  return {
    flocker: {
      cluster: { name: "storage" },
      keyAlgorithm: "RSA-2048",
      control: { host: "relay1", names: ["control.example.net"] },
      nodes: [{ host: "relay1" }, { host: "agent1", uuid: NODE_UUID, dockerPlugin: true }, { host: "agent2" }],
      agent: { dataset: { backend: "aws", zone: "no" }, datasetSecrets: { secret_access_key: "awsSecretKey" } },
      users: [{ name: "ci", host: "api1" }, { name: "alice" }],
      administrator: { directory: administrator },
    },
    mmm: {
      series: 1,
      monitor: { host: "api1", configuration: `include mmm_common.conf\nhost db1\n    ip ${monitored}\n` },
      agents: [{ host: "agent1" }, { host: "db1" }],
      controls: [{ host: "agent3" }],
    },
  };
}

export const SECRET = "wJalrXUtnFEMI+bPxRfiCYEXAMPLEKEY";

export async function upSideBySide(): Promise<Scene> {
  // What is in it depends on where it comes to be.
  const environment = await Environment.start("flocker", {});
  const administrator = path.join(environment.folder, "administrator/flocker");
  const set = await environment.operate("config", "set", "--secret", "awsSecretKey", SECRET);
  if (set.code !== 0) throw new Error(`config set ended with ${set.code}: ${set.stderr}`);
  change(environment, (all) => Object.assign(all, sections(administrator, environment.host("agent1").address)));
  const { host, path: file } = MMM_AGENT;
  await environment.host(host).run(`mkdir -p ${path.dirname(file)}; cat >${file}; chmod 0604 ${file}`, { input: OWN });

  const before = await takeInventory(environment);
  const up = await environment.operate("up", "--yes");
  if (up.code !== 0) throw new Error(`up ended with ${up.code}:\n${up.stdout}${up.stderr}`);
  return { environment, before, up, state: await environment.exportState(), administrator };
}

/** Changes the environment in its file. */
export function change({ configFile }: Environment, edit: (sections: Sections) => void): void {
  const file = parse(readFileSync(configFile, "utf8")) as { config: { "groundwork:environment": Sections } };
  edit(file.config["groundwork:environment"]);
  writeFileSync(configFile, JSON.stringify(file));
}
