import type * as pulumi from "@pulumi/pulumi";

import { Flocker } from "../../components/platforms/flocker";
import { Icinga2 } from "../../components/platforms/icinga2";
import { Mig } from "../../components/platforms/mig";
import { Mmm } from "../../components/platforms/mmm";
import { Lifetime } from "../../components/pki";
import { flockerArgs } from "./flocker/environment";
import { icinga2Args } from "./icinga2/environment";
import { InMemoryStack } from "./in-memory-stack";
import { migArgs } from "./mig/environment";
import { mmmArgs } from "./mmm/environment";

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
  const stack = new InMemoryStack();

  it("are left alone until two thirds of their life are over", async () => {
    await stack.up(program);
    expect(await stack.up(program, due - 1)).toEqual([]);
  }, 60_000);

  it("are then renewed, which the preview gives as the reason", async () => {
    const reasons = await stack.reasons(program, due);
    expect(reasons).toEqual(
      Object.fromEntries(certificates.map((name) => [`${name}-certificate`, ["readyForRenewal"]])),
    );
  }, 60_000);

  it("are placed in the same up, with their keys as they were, and nothing else changes", async () => {
    const steps = await stack.up(program, due);
    expect(steps.filter((step) => step.startsWith("replace")).sort()).toEqual(
      certificates.map((name) => `replace ${name}-certificate`).sort(),
    );
    expect(steps.filter((step) => step.startsWith("update")).sort()).toEqual(
      updated.map((name) => `update ${name}`).sort(),
    );
    expect(await stack.up(program, due)).toEqual([]);
  }, 60_000);
});

it("MIG's relay and database are told before the daemons that connect to them", async () => {
  const program = () => new Mig("mig", migArgs());
  const stack = new InMemoryStack();
  await stack.up(program);
  const updates = (await stack.up(program, 60)).filter((step) => step.startsWith("update"));
  const place = (name: string) => updates.indexOf(`update ${name}`);
  for (const client of ["mig-agent-agent1", "mig-agent-agent2", "mig-worker-agent-intel", "mig-scheduler-api1"]) {
    expect(place("mig-relay-relay1")).toBeLessThan(place(client));
  }
  expect(place("mig-database-db1")).toBeLessThan(place("mig-scheduler-api1"));
}, 60_000);

it("certificates are renewed as early as is asked for", async () => {
  const certificates = { ...migArgs().certificates, renewBefore: Lifetime.days(80) };
  const program = () => new Mig("mig", migArgs({ certificates }));
  const stack = new InMemoryStack();
  await stack.up(program);
  expect(await stack.up(program, 9)).toEqual([]);
  expect(await stack.up(program, 10)).toContain("replace mig-relay-relay1-certificate");
}, 60_000);
