import { readFileSync } from "node:fs";
import { join } from "node:path";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Fields = { readonly [key: string]: Json };

/** What differs from run to run, and what is put in its place; order counts. */
const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN ([A-Z0-9 ]+)-----[^]*?-----END \1-----\n?/g, "<pem>"],
  [/(?!04da6b54-)\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "<uuid>"],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g, "<time>"],
  [/\b[0-9a-f]{40}\b/g, "<sha1>"],
  [/\b\d{30,50}\b/g, "<serial>"],
  [/\b(?:[0-9a-f]{2}:){15}[0-9a-f]{2}\b|SHA256:[A-Za-z0-9+/]{43}/g, "<fingerprint>"],
  [/\b(?:ssh-rsa|ecdsa-sha2-nistp256) AAAA[A-Za-z0-9+/=]+\n?/g, "<openssh>"],
];

const DROPPED: ReadonlySet<string> = new Set(["stackTrace", "duration", "durationSeconds"]);

/** Fields that Pulumi's engine fills in no certain order. */
const UNORDERED: ReadonlySet<string> = new Set(["dependencies"]);

/**
 * Without what differs from run to run, and without what the embedded engine leaves out: stack traces, and source
 * positions inside packages (`docs/reference/differences.md`).
 */
export function normalised(value: Json): Json {
  if (typeof value === "string") return VOLATILE.reduce((text, [pattern, name]) => text.replace(pattern, name), value);
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.map(normalised);
  const kept = Object.entries(value).filter(([key, member]) => {
    return !DROPPED.has(key) && !(key === "sourcePosition" && String(member).startsWith("project:///node_modules/"));
  });
  return Object.fromEntries(
    kept.flatMap(([key, member]) => {
      const plain = normalised(member);
      if (key === "propertyDependencies") return withoutEmpty(plain as Fields);
      return [[key, UNORDERED.has(key) && Array.isArray(plain) ? [...(plain as readonly string[])].sort() : plain]];
    }),
  );
}

/** Pulumi's engine drops the properties that depend on nothing when it refreshes; the embedded one keeps them. */
function withoutEmpty(dependencies: Fields): (readonly [string, Json])[] {
  const some = Object.entries(dependencies).filter(([, urns]) => (urns as readonly Json[]).length > 0);
  return some.length === 0 ? [] : [["propertyDependencies", Object.fromEntries(some)]];
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}

const FIXTURES = join(__dirname, "fixtures");

/** Every state that the recordings show, normalised; they refer to them by number. */
const states = lines(join(FIXTURES, "states.jsonl"));

/** The recorded program, in Pulumi's own words. */
export const PROGRAM = readFileSync(join(FIXTURES, "program.ts.txt"), "utf8");

/** `preview --json` and its like: what the steps are, and the counts. */
export interface Preview {
  readonly changeSummary: Fields;
  readonly config?: Fields;
  readonly steps: readonly Fields[];
}

export function recordedPreview(name: string): Preview {
  const [head, ...steps] = lines(join(FIXTURES, "recordings", `${name}.jsonl`));
  return { ...(head as unknown as Omit<Preview, "steps">), steps: inOrder(steps.map(withStates)) };
}

/** What `--json` printed, as a recording has it. */
export function previewOf(output: string): Preview {
  const { steps, changeSummary, config } = normalised(JSON.parse(output) as Json) as unknown as Preview;
  return { ...(config !== undefined && { config }), changeSummary, steps: inOrder(steps) };
}

/** What `stack export` prints: its resources, and all else that the deployment holds but versions and times. */
export function exported(text: string): { readonly resources: readonly Fields[]; readonly rest: readonly string[] } {
  const { deployment } = normalised(JSON.parse(text) as Json) as { deployment: Fields };
  const { resources = [], ...rest } = deployment;
  return { resources: inOrder(resources as readonly Fields[]), rest: Object.keys(rest).sort() };
}

export function recordedState(name: string): ReturnType<typeof exported> {
  return exported(readFileSync(join(__dirname, "../engine/state/fixtures", `state-after-${name}.json`), "utf8"));
}

/** The events of a stream but for diagnostics, each as `kind op urn` and its content. */
export type Events = readonly (readonly [string, Fields])[];

export function recordedEvents(name: string): Events {
  return lines(join(FIXTURES, "recordings", `${name}.jsonl`)).map((event) => {
    const [[kind, body] = ["", {}]] = Object.entries(event as Record<string, Fields>);
    const metadata = body["metadata"];
    return named(kind, metadata === undefined ? body : { ...body, metadata: withStates(metadata as Fields) });
  });
}

export function eventsOf(output: string): Events {
  const all = output.trim().split("\n").map((line) => normalised(JSON.parse(line) as Json) as Fields);
  return all.flatMap(({ sequence: _, timestamp: __, ...event }) => {
    const [[kind, body] = ["", {}]] = Object.entries(event as Record<string, Fields>);
    return kind === "diagnosticEvent" ? [] : [named(kind, body)];
  });
}

function named(kind: string, body: Fields): readonly [string, Fields] {
  const { op = "", urn = "" } = (body["metadata"] ?? {}) as Fields;
  return [`${kind} ${String(op)} ${String(urn)}`.trim(), body];
}

function withStates(step: Fields): Fields {
  const resolved = ["oldState", "newState", "old", "new"].flatMap((key) => {
    const index = step[key];
    return typeof index === "number" ? [[key, states[index] ?? null] as const] : [];
  });
  return { ...step, ...Object.fromEntries(resolved) };
}

/** Steps that run at once come in any order. */
function inOrder(steps: readonly Fields[]): Fields[] {
  const key = ({ op, urn }: Fields) => `${String(urn)} ${String(op)}`;
  return [...steps].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function lines(path: string): Fields[] {
  return readFileSync(path, "utf8").trimEnd().split("\n").map((line) => normalised(JSON.parse(line) as Json) as Fields);
}
