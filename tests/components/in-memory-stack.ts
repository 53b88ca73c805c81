import { detailedInputDiff } from "../../engine/diff";
import { urnName } from "../../engine/urn";
import type { ResourceProvider } from "../../providers/base/provider";
import { createRandomProvider } from "../../providers/random";
import { createTlsProvider } from "../../providers/tls";
import { type Outcome, TestStack } from "../engine/support/harness";

const DAY = 24 * 3600 * 1000;
const BEGIN = Date.parse("2026-01-01T00:00:00Z");
const CHANGING = ["create", "update", "replace", "delete"];

/** Of what has another of these, it is another object. */
const IDENTITY = ["host.name", "name"];

/** What is outside of the state, as far as its inputs: what is placed where is in them. */
const placing = (): ResourceProvider => ({
  checkConfig: async ({ inputs }) => ({ inputs, failures: [] }),
  diffConfig: async () => ({ changes: false, diffs: [], replaces: [] }),
  configure: async () => undefined,
  check: async ({ inputs }) => ({ inputs, failures: [] }),
  diff: async ({ oldInputs, inputs }) => {
    const detailedDiff = detailedInputDiff(oldInputs, inputs);
    const diffs = Object.keys(detailedDiff);
    return { changes: diffs.length > 0, diffs, replaces: diffs.filter((key) => IDENTITY.includes(key)), detailedDiff };
  },
  create: async ({ inputs, name, preview }) => ({ id: preview ? "" : name, outputs: inputs }),
  read: async ({ id, inputs = {}, outputs = {} }) => ({ id, inputs, outputs }),
  update: async ({ inputs }) => ({ outputs: inputs }),
  delete: async () => undefined,
  invoke: async () => ({ result: {}, failures: [] }),
  identify: ({ name }) => ({ kind: "id", id: name }),
  close: async () => undefined,
});

/** A stack by the engine and its tls and random providers, whose certificates live by a clock that the test winds. */
export class InMemoryStack {
  private now = BEGIN;
  private readonly stack = new TestStack();

  constructor() {
    this.stack.request = {
      providers: new Map<string, () => ResourceProvider>([
        ["tls", () => createTlsProvider(() => new Date(this.now))],
        ["random", createRandomProvider],
        ...["hosts", "rabbitmq", "rabbitmq-accounts", "postgresql"].map((name) => [name, placing] as const),
      ]),
    };
  }

  /** On a day after the first: what is done to resources that are no components, as `update mig-api`, in order. */
  async up(program: () => unknown, day = 0): Promise<string[]> {
    this.now = BEGIN + day * DAY;
    return stepsOf(await this.stack.up(program));
  }

  /** As `up`, of what would be done. */
  async preview(program: () => unknown, day = 0): Promise<string[]> {
    this.now = BEGIN + day * DAY;
    return stepsOf(await this.stack.preview(program));
  }

  /** What a preview gives as the reason for each replacement, by name. */
  async reasons(program: () => unknown, day: number): Promise<Readonly<Record<string, readonly string[]>>> {
    this.now = BEGIN + day * DAY;
    const { events } = await this.stack.preview(program);
    return Object.fromEntries(
      events.flatMap((event) =>
        event.kind === "step-done" && event.step.op === "replace"
          ? [[urnName(event.step.urn), event.step.replaceReasons ?? []] as const]
          : [],
      ),
    );
  }
}

function stepsOf({ events, errors }: Outcome): string[] {
  if (errors.length > 0) throw new Error(errors.join("\n"));
  return events.flatMap((event) =>
    event.kind === "step-done" && CHANGING.includes(event.step.op) && !isComponent(event.step.type)
      ? [`${event.step.op} ${urnName(event.step.urn)}`]
      : [],
  );
}

function isComponent(type: string): boolean {
  return type.startsWith("groundwork:") || type.startsWith("pulumi:");
}
