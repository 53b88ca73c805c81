/** @jest-environment ./tests/engine/support/real-process-environment.js */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { EventStreamDisplay } from "../../cli/display/event-stream";
import { Redactor } from "../../cli/redact";
import type { EngineEvent } from "../../engine/events";
import { shown } from "../cli/display";
import { Group, TestStack, Thing } from "./support/harness";
import type { Outcome } from "./support/harness";

/**
 * The event streams of `up --json` and its like for small programs, kept in `streams/`. A change that is meant is
 * accepted by `GROUNDWORK_ACCEPT=1 npm test -- tests/engine/streams.test.ts`, and the difference reviewed like code.
 */
const ACCEPT = process.env["GROUNDWORK_ACCEPT"] === "1";

type Kind = "preview" | "up" | "refresh" | "destroy";

const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [/(?!04da6b54-)\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "<uuid>"],
  [/"timestamp":\d+/g, '"timestamp":0'],
  [/"durationSeconds":\d+/g, '"durationSeconds":0'],
];

/** One event a line, as the command prints it, without what differs from run to run. */
function streamOf(kind: Kind, events: readonly EngineEvent[]): string {
  const redactor = new Redactor();
  const told = events.map((event) => redactor.event(event));
  const text = shown((options) => new EventStreamDisplay(options), told, { kind, why: true });
  return VOLATILE.reduce((all, [pattern, name]) => all.replace(pattern, name), text);
}

function expectStream(name: string, kind: Kind, { events }: Outcome): void {
  const file = join(__dirname, "streams", `${name}.jsonl`);
  const stream = streamOf(kind, events);
  expect(stream).not.toContain("a hidden text");
  if (ACCEPT) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, stream);
    return;
  }
  if (!existsSync(file)) throw new Error(`${file} is not there; GROUNDWORK_ACCEPT=1 writes it`);
  const parsed = (text: string) =>
    text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
  expect(parsed(stream)).toEqual(parsed(readFileSync(file, "utf8")));
}

/** One after the other, so that the order of the events is that of the program. */
function program({ value = 1, key = "one", extra = true } = {}) {
  return () => {
    const parent = new Group("group");
    const a = new Thing("a", { value, secret: pulumi.secret("a hidden text") }, { parent });
    const b = new Thing("b", { key, from: a.value }, { dependsOn: a });
    if (extra) new Thing("c", { of: b.made }, { dependsOn: b });
    return { made: b.made };
  };
}

let stack: TestStack;
beforeEach(async () => {
  stack = new TestStack();
});

test("creations in a component, with an output and a secret", async () => {
  expectStream("create", "up", await stack.up(program(), { parallel: 1 }));
});

test("a preview, which knows nothing of what is yet to be made", async () => {
  expectStream("preview", "preview", await stack.preview(program(), { parallel: 1 }));
});

test("an update, a replacement, and a deletion", async () => {
  await stack.up(program(), { parallel: 1 });
  expectStream("change", "up", await stack.up(program({ value: 2, key: "two", extra: false }), { parallel: 1 }));
});

test("a replacement that deletes first, with what depends on it", async () => {
  stack.world.deleteBeforeReplace = true;
  await stack.up(program(), { parallel: 1 });
  expectStream("delete-before-replace", "up", await stack.up(program({ key: "two" }), { parallel: 1 }));
});

test("a failure in the middle", async () => {
  stack.world.on = (call) => {
    if (call === "create one") throw new Error("the server is on fire");
  };
  expectStream("failure", "up", await stack.up(program(), { parallel: 1 }));
});

test("a refresh that finds a change and a loss", async () => {
  await stack.up(program(), { parallel: 1 });
  stack.world.objects.set("a", { value: 9, made: 1 });
  stack.world.objects.delete("c");
  expectStream("refresh", "refresh", await stack.refresh({ parallel: 1 }));
});

test("a destroy", async () => {
  await stack.up(program(), { parallel: 1 });
  expectStream("destroy", "destroy", await stack.destroy({ parallel: 1 }));
});
