import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

import { parseEnvironment } from "../../stacks/environment";
import { formatPath } from "../../stacks/problems";
import { type Tree, withValue } from "./tree";

export const KEY = `ssh-ed25519 ${"A".repeat(68)}`;

export function dev(): Tree {
  const file = readFileSync(join(__dirname, "../../stacks/Pulumi.dev.yaml"), "utf8");
  const { config } = parse(file) as { config: Record<string, Tree> };
  const environment = config["groundwork:environment"];
  if (environment === undefined) throw new Error("Pulumi.dev.yaml has no environment.");
  return environment;
}

/** With the value at a path such as `hosts.2.address` set, or taken out when it is undefined. */
export function changed(path: string, value: unknown): Tree {
  return withValue(dev(), path, value);
}

export function problemsOf(environment: unknown): readonly string[] {
  const parsed = parseEnvironment(environment);
  return parsed.kind === "valid"
    ? []
    : parsed.problems.map(({ path, reason }) => `${formatPath("environment", path)}: ${reason}`);
}
