import type { Path, Problem } from "./problems";

/** More than anyone has in one stack, and few enough to be judged at once. */
const LIMIT = 10_000;
const RANGE = /\[([^[\]]*)\]/;

/**
 * The names that a pattern stands for: `agent[001-500]` for agent001 to agent500, with as many digits as the first has.
 * Of several ranges the last one runs fastest: `10.8.[0-1].[1-250]` are 500 addresses in their order.
 *
 * @throws Error for a range that is none
 */
export function expandPattern(pattern: string): readonly string[] {
  const match = RANGE.exec(pattern);
  if (match === null) {
    if (/[[\]]/.test(pattern)) throw new Error(`"${pattern}" has a bracket that is not closed or not opened`);
    return [pattern];
  }
  const [range, inner = ""] = match;
  const [before, after] = [pattern.slice(0, match.index), pattern.slice(match.index + range.length)];
  const rest = expandPattern(after);
  const numbers = numbersOf(inner, range);
  if (numbers.length * rest.length > LIMIT) throw new Error(`"${pattern}" stands for more than ${LIMIT} hosts`);
  return numbers.flatMap((number) => rest.map((end) => `${before}${number}${end}`));
}

function numbersOf(inner: string, range: string): readonly string[] {
  const [, first, last] = /^(\d{1,6})-(\d{1,6})$/.exec(inner) ?? [];
  if (first === undefined || last === undefined || Number(last) < Number(first)) {
    throw new Error(`${range} is not a range as [1-20] or [001-500]`);
  }
  if (first.startsWith("0") && first.length > 1 && last.length !== first.length) {
    throw new Error(`${range} has numbers of different lengths: write as many digits in both`);
  }
  const count = Number(last) - Number(first) + 1;
  if (count > LIMIT) throw new Error(`${range} stands for more than ${LIMIT} hosts`);
  return Array.from({ length: count }, (_, index) => String(Number(first) + index).padStart(first.length, "0"));
}

export interface Expanded {
  readonly value: unknown;
  /** The place in what was written of a place in what came of it. */
  readonly written: (path: Path) => Path;
  readonly problems: readonly Problem[];
}

/** Of each list that was expanded, by its place: where each of its entries was written. */
type Origins = Map<string, readonly number[]>;

/**
 * Puts in place of each pattern what it stands for, in every list that is called `hosts`: names of hosts, and hosts
 * themselves, whose address and fqdn then are patterns of as many.
 */
export function expandHosts(value: unknown): Expanded {
  const origins: Origins = new Map();
  const problems: Problem[] = [];
  return { value: walk(value, [], origins, problems), written: (path) => writtenAt(path, origins), problems };
}

function walk(value: unknown, path: Path, origins: Origins, problems: Problem[]): unknown {
  if (Array.isArray(value)) return value.map((each: unknown, index) => walk(each, [...path, index], origins, problems));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, each]: [string, unknown]) => {
    const at = [...path, key];
    const expanded = key === "hosts" && Array.isArray(each) ? expandList(each, at, origins, problems) : each;
    return [key, expanded === each ? walk(each, at, origins, problems) : expanded] as const;
  });
  return Object.fromEntries(entries);
}

function expandList(list: readonly unknown[], path: Path, origins: Origins, problems: Problem[]): unknown {
  if (!list.some(isPattern)) return list;
  const expanded = list.flatMap((entry, index) => {
    try {
      return expandEntry(entry).map((value) => ({ value, index }));
    } catch (error) {
      problems.push({ path: [...path, index], reason: error instanceof Error ? error.message : String(error) });
      return [{ value: entry, index }];
    }
  });
  origins.set(
    JSON.stringify(path),
    expanded.map(({ index }) => index),
  );
  return expanded.map(({ value }) => value);
}

function isPattern(entry: unknown): boolean {
  return /[[\]]/.test(nameOf(entry));
}

function nameOf(entry: unknown): string {
  if (typeof entry === "string") return entry;
  const name = isRecord(entry) ? entry["name"] : undefined;
  return typeof name === "string" ? name : "";
}

function expandEntry(entry: unknown): readonly unknown[] {
  const names = expandPattern(nameOf(entry));
  if (!isRecord(entry)) return names;
  const fields = ["address", "fqdn"].flatMap((field) => {
    const pattern = entry[field];
    return typeof pattern === "string" ? [[field, sameMany(field, pattern, names)] as const] : [];
  });
  return names.map((name, index) => ({
    ...entry,
    name,
    ...Object.fromEntries(fields.map(([field, values]) => [field, values[index]])),
  }));
}

function sameMany(field: string, pattern: string, names: readonly string[]): readonly string[] {
  const values = expandPattern(pattern);
  if (values.length === names.length) return values;
  throw new Error(`its name stands for ${names.length} hosts and its ${field}, "${pattern}", for ${values.length}`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function writtenAt(path: Path, origins: Origins): Path {
  return path.map((step, index) => {
    const list = typeof step === "number" ? origins.get(JSON.stringify(path.slice(0, index))) : undefined;
    return typeof step === "number" ? (list?.[step] ?? step) : step;
  });
}
