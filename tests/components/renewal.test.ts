import * as pulumi from "@pulumi/pulumi";

import { detailedInputDiff } from "../../engine/diff";
import { urnName } from "../../engine/urn";
import type { ResourceProvider } from "../../providers/base/provider";
import { createRandomProvider } from "../../providers/random";
import { createTlsProvider } from "../../providers/tls";
import { Flocker } from "../../components/platforms/flocker";
import { Icinga2 } from "../../components/platforms/icinga2";
import { Mig } from "../../components/platforms/mig";
import { Mmm } from "../../components/platforms/mmm";
import { Lifetime } from "../../components/pki";
import { type Outcome, TestStack } from "../engine/support/harness";
import { flockerArgs } from "./flocker/environment";
import { icinga2Args } from "./icinga2/environment";
import { migArgs } from "./mig/environment";
import { mmmArgs } from "./mmm/environment";

const DAY = 24 * 3600 * 1000;
const BEGIN = Date.parse("2026-01-01T00:00:00Z");

/** What is outside of the state, as far as its inputs: what is placed where is in them. */
const placing = (): ResourceProvider => ({
  checkConfig: async ({ inputs }) => ({ inputs, failures: [] }),
  diffConfig: async () => ({ changes: false, diffs: [], replaces: [] }),
  configure: async () => undefined,
  check: async ({ inputs }) => ({ inputs, failures: [] }),
  diff: async ({ oldInputs, inputs }) => {
    const detailedDiff = detailedInputDiff(oldInputs, inputs);
    const diffs = Object.keys(detailedDiff);
    return { changes: diffs.length > 0, diffs, replaces: [], detailedDiff };
  },
  create: async ({ inputs, name, preview }) => ({ id: preview ? "" : name, outputs: inputs }),
  read: async ({ id, inputs = {}, outputs = {} }) => ({ id, inputs, outputs }),
  update: async ({ inputs }) => ({ outputs: inputs }),
  delete: async () => undefined,
  invoke: async () => ({ result: {}, failures: [] }),
  identify: ({ name }) => ({ kind: "id", id: name }),
  close: async () => undefined,
});

/** A stack of one platform whose certificates live by a clock that the test winds. */
class Clocked {
  private now = BEGIN;
  private readonly stack = new TestStack();

  constructor(private readonly program: () => pulumi.Resource) {
    this.stack.request = {
      providers: new Map<string, () => ResourceProvider>([
        ["tls", () => createTlsProvider(() => new Date(this.now))],
        ["random", createRandomProvider],
        ...["hosts", "rabbitmq", "rabbitmq-accounts", "postgresql"].map((name) => [name, placing] as const),
      ]),
    };
  }

  /** Days after the first day, as steps that are not `same`. */
  async up(day: number): Promise<string[]> {
    this.now = BEGIN + day * DAY;
    return this.steps(await this.stack.up(() => void this.program()));
  }

  /** What a preview gives as the reason for each replacement. */
  async reasons(day: number): Promise<Readonly<Record<string, readonly string[]>>> {
    this.now = BEGIN + day * DAY;
    const { events } = await this.stack.preview(() => void this.program());
    return Object.fromEntries(
      events.flatMap((event) =>
        event.kind === "step-done" && event.step.op === "replace"
          ? [[urnName(event.step.urn), event.step.replaceReasons ?? []] as const]
          : [],
      ),
    );
  }

  private steps({ events, errors }: Outcome): string[] {
    expect(errors).toEqual([]);
    return events.flatMap((event) =>
      event.kind === "step-done" && ["create", "update", "replace", "delete"].includes(event.step.op)
        ? [`${event.step.op} ${urnName(event.step.urn)}`]
        : [],
    );
  }
}

interface Case {
  readonly platform: string;
  readonly program: () => pulumi.Resource;
  /** The first day on which certificates are due. */
  readonly due: number;
  /** Certificates by name, without `-certificate`. */
  readonly certificates: readonly string[];
  /** Whose files change, in an order in which they have to. */
  readonly updated: readonly string[];
}

const quick = { authorityKeyAlgorithm: "RSA-2048", keyAlgorithm: "ECDSA-P256" } as const;

const CASES: readonly Case[] = [
  {
    platform: "MIG",
    program: () => new Mig("mig", migArgs()),
    due: 60,
    certificates: [
      ...["mig-relay-relay1", "mig-database-db1", "mig-scheduler-api1", "mig-worker-agent-intel"],
      ...["mig-agent-agent1", "mig-agent-agent2"],
    ],
    updated: [
      ...["mig-relay-relay1", "mig-database-db1", "mig-scheduler-api1", "mig-worker-agent-intel"],
      ...["mig-agent-agent1", "mig-agent-agent2"],
    ],
  },
  {
    platform: "Icinga 2",
    program: () => new Icinga2("icinga2", icinga2Args({ certificates: { ...icinga2Args().certificates, ...quick } })),
    due: 397 - 60,
    // Those that nodes asked for themselves are the daemon's own.
    certificates: ["master1", "master2", "sat1", "sat2", "agent1", "ido-db1"].map((name) => `icinga2-${name}`),
    updated: ["master1", "master2", "sat1", "sat2", "agent1", "ido-db1"].map((name) => `icinga2-${name}`),
  },
  {
    platform: "Flocker",
    program: () =>
      new Flocker(
        "flocker",
        flockerArgs({ certificates: { ...flockerArgs().certificates, keyAlgorithm: "ECDSA-P256" } }),
      ),
    due: 60,
    certificates: [
      ...["flocker-control1-control", "flocker-control1-node", "flocker-node1-node", "flocker-node1-plugin"],
      ...["flocker-ci1-user-ci", "flocker-administrator-user-alice"],
    ],
    updated: ["control1", "node1", "ci1", "administrator"].map((name) => `flocker-${name}`),
  },
  {
    platform: "MMM",
    program: () => new Mmm("mmm", mmmArgs()),
    due: 60,
    certificates: ["mmm-db1", "mmm-mon1", "mmm-ops1"],
    updated: ["mmm-db1", "mmm-mon1", "mmm-ops1"],
  },
];

describe.each(CASES)("certificates of $platform", ({ program, due, certificates, updated }) => {
  const stack = new Clocked(program);

  it("are left alone until two thirds of their life are over", async () => {
    await stack.up(0);
    expect(await stack.up(due - 1)).toEqual([]);
  }, 60_000);

  it("are then renewed, which the preview gives as the reason", async () => {
    const reasons = await stack.reasons(due);
    expect(reasons).toEqual(
      Object.fromEntries(certificates.map((name) => [`${name}-certificate`, ["readyForRenewal"]])),
    );
  }, 60_000);

  it("are placed in the same up, with their keys as they were, and nothing else changes", async () => {
    const steps = await stack.up(due);
    expect(steps.filter((step) => step.startsWith("replace")).sort()).toEqual(
      certificates.map((name) => `replace ${name}-certificate`).sort(),
    );
    expect(steps.filter((step) => step.startsWith("update")).sort()).toEqual(
      updated.map((name) => `update ${name}`).sort(),
    );
    expect(await stack.up(due)).toEqual([]);
  }, 60_000);
});

it("MIG's relay and database are told before the daemons that connect to them", async () => {
  const stack = new Clocked(() => new Mig("mig", migArgs()));
  await stack.up(0);
  const updates = (await stack.up(60)).filter((step) => step.startsWith("update"));
  const place = (name: string) => updates.indexOf(`update ${name}`);
  for (const client of ["mig-agent-agent1", "mig-agent-agent2", "mig-worker-agent-intel", "mig-scheduler-api1"]) {
    expect(place("mig-relay-relay1")).toBeLessThan(place(client));
  }
  expect(place("mig-database-db1")).toBeLessThan(place("mig-scheduler-api1"));
}, 60_000);

it("certificates are renewed as early as is asked for", async () => {
  const certificates = { ...migArgs().certificates, renewBefore: Lifetime.days(80) };
  const stack = new Clocked(() => new Mig("mig", migArgs({ certificates })));
  await stack.up(0);
  expect(await stack.up(9)).toEqual([]);
  expect(await stack.up(10)).toContain("replace mig-relay-relay1-certificate");
}, 60_000);
