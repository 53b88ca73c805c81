/** @jest-environment ./tests/engine/support/real-process-environment.js */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

import { loadPackConfig, resolveConfig } from "../../engine/policy/config";
import type { PolicyInfo } from "../../engine/policy/config";
import { ENVIRONMENTS } from "../../policies/reference/page";
import { RULES } from "../../policies/rules";

const PACK = resolve(__dirname, "../../policies");

/** As the pack tells its rules over the protocol. */
const POLICIES: readonly PolicyInfo[] = RULES.map(({ name, enforcementLevel, configSchema }) => ({
  ...{ name, level: enforcementLevel ?? "advisory" },
  ...(configSchema !== undefined && { schema: { properties: configSchema.properties, required: [] } }),
}));

test.each(ENVIRONMENTS)("the levels of %s are a configuration that the pack takes", async (environment) => {
  const levels = await loadPackConfig(join(PACK, "levels", `${environment}.json`));
  expect(resolveConfig(POLICIES, levels).size).toBe(RULES.length);
});

test("production weakens no rule, and enforces what is a remark elsewhere", async () => {
  const resolved = resolveConfig(POLICIES, await loadPackConfig(join(PACK, "levels/prod.json")));
  expect(new Set([...resolved.values()].map(({ level }) => level))).toEqual(new Set(["mandatory"]));
});

test("Pulumi's CLI starts it by the SDK's own runner, in its way", async () => {
  const runner = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
  const child = spawn(process.execPath, [runner, "127.0.0.1:1", "."], {
    cwd: PACK,
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    expect(line).toMatch(/^\d+$/);
  } finally {
    child.kill();
    await once(child, "close");
  }
});
