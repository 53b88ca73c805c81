import { DigestDisplay } from "../../cli/display/digest";
import type { DisplayOptions } from "../../cli/display/display";
import { EventStreamDisplay } from "../../cli/display/event-stream";
import type { EngineEvent } from "../../engine/events";
import { Secret, UNKNOWN } from "../../providers/base/values";
import { resource, shown, step, summary } from "./display";
import { recordedDigest, recordedEvents } from "./recordings";

function digest(events: readonly EngineEvent[], options: Partial<DisplayOptions> = {}): Digest {
  return JSON.parse(shown((all) => new DigestDisplay(all), events, options)) as Digest;
}

type Digest = ReturnType<typeof recordedDigest> & {
  readonly duration: number;
  readonly diagnostics: readonly object[];
};

describe("preview --json", () => {
  it.each(["variant1", "variant2", "variant11", "variant12", "variant14"])("is what Pulumi recorded for %s", (name) => {
    const { config, steps, changeSummary } = recordedDigest(name);
    const recorded = { config, steps, diagnostics: [], duration: 2_000_000_000, changeSummary };
    expect(digest(recordedEvents(name))).toEqual(recorded);
  });

  it("lists what a refresh found and what follows from it as two steps", () => {
    expect(digest(recordedEvents("drift01")).steps.map(({ op, urn }) => [op, urn.split("::").at(-1)])).toEqual([
      ["refresh", "peerprog-dev"],
      ["refresh", "perms"],
      ["same", "peerprog-dev"],
      ["update", "perms"],
    ]);
  });

  it("names in `refresh --preview-only` what the refresh found", () => {
    const found = digest(recordedEvents("drift02"), { kind: "refresh" }).steps.slice(0, 3);
    expect(found.map(({ op, newState }) => [op, newState !== undefined])).toEqual([
      ["refresh", true],
      ["delete", false],
      ["delete", false],
    ]);
  });

  it("writes severities into messages, as Pulumi does", () => {
    const { diagnostics } = digest([{ kind: "diagnostic", severity: "warning", message: "careful" }]);
    expect(diagnostics).toEqual([{ message: "warning: careful", severity: "warning" }]);
  });
});

describe("up --json", () => {
  function stream(events: readonly EngineEvent[], options: Partial<DisplayOptions> = {}): readonly unknown[] {
    const text = shown((all) => new EventStreamDisplay(all, () => 1795318216789), events, { kind: "up", ...options });
    return text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
  }

  it("is a line an event, numbered, and ends with a cancelEvent", () => {
    const update = step(
      "update",
      resource("usr", { id: "alice", inputs: { password: new Secret("pw"), a: UNKNOWN } }),
      {
        provider: "urn:pulumi:dev::p::pulumi:providers:rabbitmq::rmq::",
        diffReasons: ["a"],
        detailedDiff: { a: { kind: "update", inputDiff: false } },
      },
    );
    const events: EngineEvent[] = [
      { kind: "prelude", config: { "p:variant": "1" } },
      { kind: "step-start", planning: false, step: update },
      { kind: "diagnostic", severity: "error", message: "no", urn: update.urn },
      { kind: "step-failed", planning: false, step: update, seconds: 1 },
      summary(false, { update: 1 }),
    ];
    const state = {
      type: "rabbitmq:index/user:User",
      urn: update.urn,
      custom: true,
      id: "alice",
      parent: "",
      inputs: {
        password: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "[secret]" },
        a: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
      },
      outputs: {},
      provider: "",
    };
    const metadata = {
      op: "update",
      urn: update.urn,
      type: "rabbitmq:index/user:User",
      old: state,
      new: state,
      diffs: ["a"],
      detailedDiff: { a: { diffKind: "update", inputDiff: false } },
      logical: true,
      provider: "urn:pulumi:dev::p::pulumi:providers:rabbitmq::rmq::04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    };
    const diagnostic = { urn: update.urn, prefix: "error: ", message: "no", color: "never", severity: "error" };
    const timestamp = 1795318216;
    expect(stream(events)).toEqual([
      { sequence: 0, timestamp, preludeEvent: { config: { "p:variant": "1" } } },
      { sequence: 1, timestamp, resourcePreEvent: { metadata: { ...metadata, new: { ...state, id: "" } } } },
      { sequence: 2, timestamp, diagnosticEvent: diagnostic },
      { sequence: 3, timestamp, resOpFailedEvent: { metadata, status: 0, steps: 0 } },
      {
        sequence: 4,
        timestamp,
        summaryEvent: {
          maybeCorrupt: false,
          durationSeconds: 4,
          resourceChanges: { update: 1 },
          PolicyPacks: {},
          isPreview: false,
          result: "succeeded",
        },
      },
      { sequence: 5, timestamp, cancelEvent: {} },
    ]);
  });

  it("leaves debugging out unless it is asked for", () => {
    const debug: EngineEvent = { kind: "diagnostic", severity: "debug", message: "registering" };
    expect(stream([debug])).toHaveLength(1);
    expect(stream([debug], { debug: true })).toHaveLength(2);
  });
});
