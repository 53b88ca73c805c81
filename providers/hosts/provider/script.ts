import { readFileSync } from "node:fs";
import * as path from "node:path";

import type { Redactor } from "../../base/redact";
import { HostError, type Answer, type Connections, type Host } from "./connection";

const LIBRARY = readFileSync(path.join(__dirname, "host.sh"), "utf8");

export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A word that is decoded on the host. */
export function encode(text: string): string {
  return quote(Buffer.from(text).toString("base64"));
}

/**
 * A script around the library of `host.sh`. It is read as a whole before its last line runs anything, so that a
 * stream that breaks off does nothing.
 */
export function program(definitions: readonly string[], commands: readonly string[]): string {
  const main = ["main() {", ...commands, "}", "main </dev/null", ""];
  return [LIBRARY, ...definitions, ...main].join("\n");
}

/** One line of an answer: what it is, and its fields. */
export interface Line {
  readonly kind: string;
  readonly fields: readonly string[];
}

export interface Task {
  readonly host: Host;
  readonly script: string;
  /** What an error is about, by the label that the script gives. */
  readonly subjects: ReadonlyMap<string, string>;
  readonly redactor: Redactor;
  readonly timeoutSeconds?: number;
}

/**
 * Runs a script and gives its answer. @throws HostError naming host, path and cause, without secrets
 */
export async function runTask(connections: Connections, task: Task): Promise<readonly Line[]> {
  const answer = await connections.run(task.host, task.script, task.timeoutSeconds);
  const lines = answer.stdout.split("\n").flatMap((text): Line[] => {
    const [kind = "", ...fields] = text.split("|");
    return kind === "" ? [] : [{ kind, fields }];
  });
  const failed = lines.find(({ kind }) => kind === "error");
  if (failed === undefined && answer.code === 0 && lines.at(-1)?.kind === "done") return lines;
  const [committed = "1", label = "", ...reason] = failed?.fields ?? [];
  const subject = [`host ${task.host.name}`, task.subjects.get(label) ?? []].flat().join(": ");
  const what = failed === undefined ? `the script ended early with exit code ${answer.code}` : reason.join("|");
  throw new HostError(task.redactor.text(`${subject} ${what}${detail(answer)}.`), committed !== "0");
}

function detail({ stderr }: Answer): string {
  const tail = tailOf(stderr);
  return tail === "" ? "" : ` (${tail})`;
}

/** The end of what a command said, in one line. */
export function tailOf(text: string): string {
  return text.trim().slice(-2000).split("\n").slice(-5).join("; ");
}
