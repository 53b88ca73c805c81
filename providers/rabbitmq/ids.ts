import type { PropertyMap, Value } from "../base/values";
import { text } from "./values";

/** `alice@peer`: a thing and the vhost that it is in. */
export function scopedId(name: Value | undefined, vhost: Value | undefined): string {
  return `${text(name)}@${text(vhost)}`;
}

export interface Scoped {
  readonly name: string;
  readonly vhost: string;
}

/**
 * What an id may stand for. Names and vhosts may hold an `@` themselves, so what is known (the state or the inputs)
 * decides; in an import, where nothing is known, every way to split the id is a candidate.
 */
export function scopedCandidates(id: string, known: PropertyMap | undefined, nameField: string): readonly Scoped[] {
  if (known && scopedId(known[nameField], known.vhost) === id) {
    return [{ name: text(known[nameField]), vhost: text(known.vhost) }];
  }
  const splits = [...id.matchAll(/@/g)].map(({ index }) => ({ name: id.slice(0, index), vhost: id.slice(index + 1) }));
  const candidates = splits.filter(({ name, vhost }) => name !== "" && vhost !== "");
  if (candidates.length > 0) return candidates;
  throw new Error(`"${id}" is no id: it must be <${nameField}>@<vhost>, "${nameField}1@/" for the default vhost`);
}

/** The one candidate that exists on the broker, with what was read of it; undefined when none does. */
export async function findScoped<T>(
  candidates: readonly Scoped[],
  read: (candidate: Scoped) => Promise<T | undefined>,
): Promise<(Scoped & { readonly found: T }) | undefined> {
  const all: (Scoped & { readonly found: T })[] = [];
  for (const candidate of candidates) {
    const found = await read(candidate);
    if (found !== undefined) all.push({ ...candidate, found });
  }
  if (all.length < 2) return all[0];
  const meanings = all.map(({ name, vhost }) => `"${name}" in vhost "${vhost}"`).join(" or ");
  throw new Error(`the id can mean ${meanings}: declare the resource instead of importing it`);
}

/** The thing of a state that was read or created before, where there is nothing to guess. */
export function knownScoped(id: string, state: PropertyMap, nameField: string): Scoped {
  const [first, second] = scopedCandidates(id, state, nameField);
  if (first && !second) return first;
  throw new Error(`"${id}" can be split at more than one "@": run refresh, so that the state tells which is meant`);
}
