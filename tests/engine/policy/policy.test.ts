/** @jest-environment ./tests/engine/support/real-process-environment.js */
import * as pulumi from "@pulumi/pulumi";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "../../../engine/events";
import { Secret } from "../../../providers/base/values";
import { TestStack, Thing } from "../support/harness";
import type { Outcome } from "../support/harness";

const PACK = join(__dirname, "fixtures", "pack");
const folder = mkdtempSync(join(tmpdir(), "groundwork-policy-"));
let stack: TestStack;

beforeEach(() => {
  stack = new TestStack();
  stack.request = { policyPacks: [{ path: PACK }] };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function configured(config: unknown): void {
  const file = join(folder, "config.json");
  writeFileSync(file, typeof config === "string" ? config : JSON.stringify(config));
  stack.request = { policyPacks: [{ path: PACK, config: file }] };
}

type Violation = Extract<EngineEvent, { kind: "policy" }>;
const violations = ({ events }: Outcome): Violation[] =>
  events.flatMap((event) => (event.kind === "policy" ? [event] : []));
const told = (outcome: Outcome) =>
  violations(outcome).map(({ level, policy, urn }) => `${level} ${policy} ${urn?.split("::").at(-1) ?? "-"}`);
const owned = (args: Record<string, unknown> = {}) => ({ owner: "me", ...args });

describe("a policy of a resource", () => {
  it("fails an update before the resource is touched when it is mandatory", async () => {
    const outcome = await stack.up(() => {
      const good = new Thing("good", owned());
      new Thing("bad", owned({ value: "forbidden", after: good.made }));
    });
    expect(outcome).toMatchObject({ failed: true, errors: [], steps: ["create good"] });
    expect(violations(outcome)).toEqual([
      {
        ...{
          kind: "policy",
          urn: "urn:pulumi:dev::tests::test:index:Thing::bad",
          pack: "fixture",
          packVersion: "1.2.3",
        },
        ...{
          policy: "not-forbidden",
          level: "mandatory",
          severity: "high",
          message: expect.stringContaining("forbidden"),
        },
      },
    ]);
    expect([...stack.world.objects.keys()]).toEqual(["good"]);
    expect(outcome.events.at(-1)).toMatchObject({ policyPacks: { [`fixture|local|${PACK}`]: "1.2.3" } });
  });

  it("lets a preview go on to tell everything, and fails it at the end", async () => {
    const outcome = await stack.preview(() => {
      new Thing("a", owned({ value: "forbidden" }));
      new Thing("b", owned({ size: 9 }));
    });
    expect(outcome).toMatchObject({ failed: true, errors: [], changes: { create: 3 } });
    expect(told(outcome).sort()).toEqual(["mandatory not-forbidden a", "mandatory small b"]);
  });

  it("is a remark when it is advisory, and nothing when it is disabled", async () => {
    const outcome = await stack.up(() => void new Thing("a"));
    expect(outcome).toMatchObject({ failed: false });
    expect(told(outcome)).toEqual(["advisory has-owner a"]);
  });

  it("that needs what is not known yet says so in a preview and judges in the update", async () => {
    const program = () => {
      const a = new Thing("a", owned());
      new Thing("b", owned({ value: a.made.apply(() => "forbidden") }));
    };
    const preview = await stack.preview(program);
    expect(preview.failed).toBe(false);
    expect(told(preview)).toEqual(expect.arrayContaining(["advisory not-forbidden b", "advisory labelled b"]));
    expect(violations(preview)[0]?.message).toContain("can't be known during preview");
    const update = await stack.up(program);
    expect(update).toMatchObject({ failed: true, steps: ["create a"] });
    expect(told(update)).toEqual(["mandatory not-forbidden b"]);
  });

  it("that is broken fails its resource with its own words", async () => {
    const { errors } = await stack.up(() => void new Thing("a", owned({ value: "break" })));
    expect(errors).toEqual([expect.stringContaining("the policy is broken")]);
  });

  it("is judged once for a replacement", async () => {
    await stack.up(() => void new Thing("a", { key: "1" }));
    const outcome = await stack.up(() => void new Thing("a", { key: "2" }));
    expect(outcome.steps).toContain("create-replacement a");
    expect(told(outcome)).toEqual(["advisory has-owner a"]);
  });
});

describe("a remediation", () => {
  it("changes the inputs, tells both sides, and is not a change the next time", async () => {
    const program = () => void new Thing("a", owned({ value: "x" }));
    const outcome = await stack.up(program);
    expect(stack.state("a").inputs).toMatchObject({ value: "x", label: "by the pack" });
    expect(outcome.events.filter((event) => event.kind === "policy-remediation")).toMatchObject([
      { policy: "labelled", before: { value: "x" }, after: { value: "x", label: "by the pack" } },
    ]);
    expect(await stack.up(program)).toMatchObject({ changes: { same: 2 } });
  });

  it("keeps secret what was secret, also where it copied it to", async () => {
    await stack.up(() => void new Thing("a", owned({ password: pulumi.secret("hunter2") })));
    const { inputs, outputs } = stack.state("a");
    expect(inputs["password"]).toEqual(new Secret("hunter2"));
    expect(inputs["link"]).toEqual(new Secret("amqp://u:hunter2@host"));
    expect(outputs["link"]).toBeInstanceOf(Secret);
    expect(inputs["label"]).toBe("by the pack");
  });

  it("applies to the inputs of a replacement too", async () => {
    await stack.up(() => void new Thing("a", owned({ key: "1" })));
    await stack.up(() => void new Thing("a", owned({ key: "2" })));
    expect(stack.state("a").inputs).toMatchObject({ key: "2", label: "by the pack" });
  });
});

describe("a policy of the stack", () => {
  it("judges what has become before anything is deleted", async () => {
    const things =
      (...names: string[]) =>
      () =>
        names.forEach((name) => new Thing(name, owned()));
    await stack.up(things("a", "b"));
    const outcome = await stack.up(things("b", "c", "d", "e"));
    expect(outcome).toMatchObject({ failed: true });
    expect(told(outcome)).toEqual(["mandatory few -"]);
    expect([...stack.world.objects.keys()].sort()).toEqual(["a", "b", "c", "d", "e"]);
    expect(await stack.up(things("b"))).toMatchObject({ failed: false, changes: { delete: 4 } });
    expect(told(await stack.up(() => void new Thing("b", owned({ value: "lonely" }))))).toEqual(["mandatory few b"]);
  });
});

describe("the configuration of a pack", () => {
  it("sets levels, for one policy and for all, and values over those of the pack", async () => {
    configured({
      all: "disabled",
      small: { enforcementLevel: "advisory", max: 5 },
      labelled: { enforcementLevel: "remediate", label: "by the file" },
    });
    const outcome = await stack.up(() => {
      new Thing("a", { value: "forbidden", size: 5 });
      new Thing("b", { size: 6 });
    });
    expect(outcome.failed).toBe(false);
    expect(told(outcome)).toEqual(["advisory small b"]);
    expect(stack.state("a").inputs["label"]).toBe("by the file");
  });

  it.each([
    [{ small: { max: "many" } }, /small\.max: .*number/],
    [{ small: { max: 0 } }, /small\.max: /],
    [{ large: "mandatory" }, /names policies that it does not have: large/],
    [{ small: "strict" }, /the enforcement level of small is none of advisory, mandatory/],
    [{ small: 3 }, /small is neither an enforcement level nor an object/],
    ["{", /config\.json is not JSON/],
  ])("%j is refused before anything is made", async (config, message) => {
    configured(config);
    const outcome = await stack.up(() => void new Thing("a"));
    expect(outcome).toMatchObject({ failed: true, steps: [] });
    expect(outcome.errors).toEqual([expect.stringMatching(message)]);
  });
});

it("refuses a folder that is no pack, and a pack that does not start, by name", async () => {
  stack.request = { policyPacks: [{ path: folder }] };
  expect((await stack.up(() => undefined)).errors).toEqual([
    expect.stringMatching(/PulumiPolicy\.yaml cannot be read/),
  ]);
  writeFileSync(join(folder, "PulumiPolicy.yaml"), "runtime: python\n");
  expect((await stack.up(() => undefined)).errors.join()).toContain("runtime nodejs");
  writeFileSync(join(folder, "PulumiPolicy.yaml"), "runtime: nodejs\n");
  stack.request = { policyPacks: [{ path: folder }] };
  expect((await stack.up(() => undefined)).errors.join()).toMatch(/the pack did not start: [^]*entry point/);
});
