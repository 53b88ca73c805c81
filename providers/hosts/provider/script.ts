import { readFileSync } from "node:fs";
import * as path from "node:path";

import type { PropertyMap } from "../../base/values";
import { HostError } from "./connection";
import { hostOf, redactorFor, type Context } from "./context";

const LIBRARY = readFileSync(path.join(__dirname, "host.sh"), "utf8");

export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A word that is decoded on the host. */
export function encode(text: string): string {
  return quote(Buffer.from(text).toString("base64"));
}

/** A function of the host's shell that makes each of the calls for the phase that it is asked for. */
export function phases(name: string, calls: readonly (readonly (string | number)[])[]): string {
  return [`${name}() {`, ":", ...calls.map((words) => ['"$1"', ...words].join(" ")), "}"].join("\n");
}

/** What is run on a resource's host. */
export interface Script {
  readonly id: string;
  readonly inputs: PropertyMap | undefined;
  readonly timeoutSeconds?: number;
  readonly definitions?: readonly string[];
  readonly commands: readonly string[];
  /** What errors are about, by the label that the script gives. */
  readonly subjects?: readonly string[];
}

/** One line of an answer: what it is, and its fields. */
export interface Line {
  readonly kind: string;
  readonly fields: readonly string[];
}

export interface Outcome {
  readonly host: string;
  readonly lines: readonly Line[];
  /** How the commands ended that were run: `failed with exit code 1 (…)`, without secrets; `undefined` for well. */
  readonly ended: ReadonlyMap<string, string | undefined>;
}

/**
 * Runs commands with the library of `host.sh`. The host reads all before the last line runs anything, so that a stream
 * that breaks off does nothing. @throws HostError naming host, path and cause, without secrets
 */
export async function runScript(context: Context, script: Script): Promise<Outcome> {
  const { id, inputs = {}, timeoutSeconds, definitions = [], commands, subjects = [] } = script;
  const host = hostOf(context, id, inputs);
  const redactor = redactorFor(context, inputs);
  const text = [LIBRARY, ...definitions, "main() {", ...commands, "say done", "}", "main </dev/null", ""].join("\n");
  const { code, stdout, stderr } = await context.connections.run(host, text, timeoutSeconds);
  const lines = stdout.split("\n").map((line): Line => {
    const [kind = "", ...fields] = line.split("|");
    return { kind, fields };
  });
  const failed = lines.find(({ kind }) => kind === "error");
  if (failed !== undefined || code !== 0 || !lines.some(({ kind }) => kind === "done")) {
    const [committed = "1", label = "", ...reason] = failed?.fields ?? [];
    const subject = [`host ${host.name}`, subjects[Number(label || NaN)] ?? []].flat().join(": ");
    const what = failed === undefined ? `the script ended early with exit code ${code}` : reason.join("|");
    throw new HostError(redactor.text(`${subject} ${what}${detail(stderr)}${adviceOn(stderr)}.`), committed !== "0");
  }
  const ended = fieldsOf(lines, "ran").map(([name = "", status, said = ""]): [string, string | undefined] => {
    const cause = detail(redactor.text(Buffer.from(said, "base64").toString()));
    return [name, status === "0" ? undefined : `failed with exit code ${status}${cause}`];
  });
  return { host: host.name, lines, ended: new Map(ended) };
}

export function fieldsOf(lines: readonly Line[], wanted: string): (readonly string[])[] {
  return lines.filter(({ kind }) => kind === wanted).map(({ fields }) => fields);
}

const ADVICE: readonly (readonly [cause: RegExp, advice: string])[] = [
  [/No space left on device|Disk quota exceeded/, "free some space there"],
  [/Read-only file system/, "mount it for writing"],
  [/Permission denied|Operation not permitted/, "see what keeps root from writing there"],
];

function adviceOn(said: string): string {
  const advice = ADVICE.find(([cause]) => cause.test(said))?.[1];
  return advice === undefined ? "" : `: ${advice}, and run up again`;
}

/** The end of what a command said, in one line. */
function detail(said: string): string {
  const tail = said.trim().slice(-2000).split("\n").slice(-5).join("; ");
  return tail === "" ? "" : ` (${tail})`;
}
