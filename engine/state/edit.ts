import type { ResourceState, Snapshot, StateChange } from "../resource-state";
import { mapReferences, referencesOf } from "../state-list";
import { createUrn, parseUrn } from "../urn";
import { StateError } from "./errors";

/** Changes of a state by hand, as `state delete | rename | protect | unprotect` make them. No object is touched. */

export interface DeletionOptions {
  /** Also what is protected, and every entry where a URN has several. */
  readonly force?: boolean;
  /** Also what refers to it. */
  readonly targetDependents?: boolean;
}

export function deleteEntries({ resources }: Snapshot, urn: string, options: DeletionOptions): StateChange[] {
  const named = entriesOf(resources, urn);
  if (named.length > 1 && options.force !== true) {
    throw new StateError(
      `the state has ${named.length} entries of ${urn}, of which some wait for their deletion; pass --force for all`,
    );
  }
  const doomed = new Set(named);
  const urns = new Set([urn]);
  // A state lists what is referred to first.
  for (const each of resources) {
    if (doomed.has(each) || ![...referencesOf(each)].some((reference) => urns.has(reference))) continue;
    doomed.add(each);
    urns.add(each.urn);
  }
  const dependents = [...doomed].filter((each) => each.urn !== urn).map((each) => each.urn);
  if (dependents.length > 0 && options.targetDependents !== true) {
    throw new StateError(
      `${urn} is referred to by ${dependents.join(", ")}; delete these first, or pass --target-dependents`,
    );
  }
  const kept = [...doomed].find((each) => each.protect === true);
  if (kept !== undefined && options.force !== true) {
    throw new StateError(`${kept.urn} is protected; run \`state unprotect\` on it first, or pass --force`);
  }
  return [...doomed].reverse().map((remove) => ({ remove }));
}

/** Every reference follows. The name alone changes: a URN's other parts say what the resource is. */
export function renameEntry({ resources }: Snapshot, urn: string, name: string): StateChange[] {
  const [found] = entriesOf(resources, urn);
  const { qualifiedType, ...parts } = parseUrn(urn);
  const renamed = createUrn({ ...parts, type: qualifiedType, name });
  if (name === "" || name.includes("::")) throw new StateError(`"${name}" is no name for ${found?.urn ?? urn}`);
  if (resources.some((each) => each.urn === renamed)) throw new StateError(`${renamed} is in the state already`);
  const follow = (reference: string): string => (reference === urn ? renamed : reference);
  return resources.flatMap((each) => {
    if (each.urn !== urn && !referencesOf(each).has(urn)) return [];
    return [{ put: { ...mapReferences(each, follow), urn: follow(each.urn) }, replacing: each }];
  });
}

/** Without URNs, all resources. */
export function setProtection({ resources }: Snapshot, urns: readonly string[], protect: boolean): StateChange[] {
  const chosen = urns.length === 0 ? resources : urns.flatMap((urn) => entriesOf(resources, urn));
  return chosen
    .filter((each) => (each.protect === true) !== protect)
    .map((each) => ({ put: { ...each, protect }, replacing: each }));
}

function entriesOf(resources: readonly ResourceState[], urn: string): ResourceState[] {
  const found = resources.filter((each) => each.urn === urn);
  if (found.length > 0) return found;
  throw new StateError(`there is no resource ${urn} in the state; \`groundwork stack --show-urns\` lists them`);
}
