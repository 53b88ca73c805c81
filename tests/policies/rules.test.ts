/** @jest-environment ./tests/engine/support/real-process-environment.js */
import { resolve } from "node:path";

import { violation } from "../../engine/policy/messages";
import { PolicyPack } from "../../engine/policy/pack";
import { EngineServer } from "../../engine/plugins/engine-server";
import { urnName } from "../../engine/urn";
import { BROKER_CASES } from "./cases/broker";
import { DATABASE_CASES } from "./cases/database";
import { FILE_CASES } from "./cases/files";
import { PKI_CASES } from "./cases/pki";
import { SECRET_CASES } from "./cases/secrets";
import { STATE_CASES } from "./cases/state";
import { TRANSPORT_CASES } from "./cases/transport";
import type { Case } from "./case";
import { stackOf } from "./stack";

const CASES: readonly Case[] = [
  ...[PKI_CASES, FILE_CASES, SECRET_CASES, TRANSPORT_CASES, BROKER_CASES, DATABASE_CASES, STATE_CASES].flat(),
];
const ROOT = resolve(__dirname, "../..");
const server = new EngineServer(() => undefined);
let pack: PolicyPack;

beforeAll(async () => {
  const program = {
    project: "groundwork",
    organization: "organization",
    stack: "case",
    root: ROOT,
    directory: ROOT,
    entry: "",
  };
  const config = { values: new Map<string, string>(), secretKeys: new Set<string>() };
  pack = await PolicyPack.start(
    { path: resolve(ROOT, "policies") },
    { request: { program, config, dryRun: true }, engineAddress: await server.address(), tell: () => undefined },
  );
});
afterAll(async () => {
  await pack.close();
  await server.close();
});

/** All that the pack's rules say of a case's stack, each with the name of its resource. */
async function judge({ stack, outputs }: Case) {
  const resources = stackOf(stack, outputs);
  const seen = (properties: "inputs" | "outputs") =>
    resources.map((state) => ({
      state,
      properties: state[properties],
      deleteBeforeReplace: undefined,
      provider: undefined,
    }));
  const own = await Promise.all(
    seen("inputs").map(async (resource) =>
      (await pack.analyze(resource)).map((found) => violation(found, resource.state.urn)),
    ),
  );
  const whole = (await pack.analyzeStack(seen("outputs"))).map((found) => violation(found, found.getUrn()));
  return [...own.flat(), ...whole].map(({ policy, message, urn = "" }) => ({ policy, message, name: urnName(urn) }));
}

describe.each([...new Set(CASES.map(({ rule }) => rule))])("%s", (rule) => {
  const cases = CASES.filter((each) => each.rule === rule);

  test.each(cases.map((each) => [each.fault === undefined ? "holds" : "is broken", each.when, each] as const))(
    "%s %s",
    async (_result, _when, each) => {
      const found = (await judge(each)).filter(({ policy }) => policy === rule);
      if (each.fault === undefined) return expect(found).toEqual([]);
      const [name, words] = each.fault;
      expect(found).toEqual([{ policy: rule, name, message: expect.stringMatching(words) as string }]);
      const { remediation = "" } = pack.policies.find((policy) => policy.name === rule) ?? {};
      expect(found[0]?.message).toContain(`Remedy: ${remediation}`);
    },
  );
});

test("every rule has a case that holds and one that is broken", () => {
  for (const { name } of pack.policies) {
    const results = CASES.filter(({ rule }) => rule === name).map(({ fault }) => fault === undefined);
    expect([name, new Set(results).size]).toEqual([name, 2]);
  }
});

test("every rule says how much it weighs, what it helps to meet and what to do, and can be configured", () => {
  for (const policy of pack.policies) {
    expect(policy).toMatchObject({
      ...{ displayName: expect.any(String) as string, severity: expect.any(String) as string },
      ...{ remediation: expect.any(String) as string, tags: expect.any(Array) as string[] },
      framework: { name: "NIST SP 800-53", reference: expect.stringMatching(/^[A-Z]{2}-\d+$/) as string },
      schema: { properties: { exceptions: { type: "array" } } },
    });
  }
});
