import type { AliasSpec, Goal } from "./goal";
import { createUrn, parseUrn } from "./urn";

/**
 * The URNs under which a resource may stand in the old state: its declared aliases, and those that follow from its
 * parent's own change of identity (`parentWas`: the parent's URN in the old state, when that differs).
 */
export function formerUrns(goal: Goal, parentWas: string | undefined): string[] {
  const { stack, project } = parseUrn(goal.urn);
  const resolve = (alias: AliasSpec, parent: string | undefined): string => {
    if ("urn" in alias) return alias.urn;
    const specParent = alias.parent === undefined ? parent : (alias.parent ?? undefined);
    return createUrn({
      stack: alias.stack ?? stack,
      project: alias.project ?? project,
      type: alias.type ?? goal.type,
      name: alias.name ?? goal.name,
      ...(specParent !== undefined && { parent: specParent }),
    });
  };
  const urns = goal.aliases.map((alias) => resolve(alias, goal.parent));
  if (parentWas !== undefined && goal.parent !== undefined) {
    const inherited: AliasSpec = { name: renamedWith(goal.name, parseUrn(goal.parent).name, parseUrn(parentWas).name) };
    const atOldParent = ({ ...alias }: AliasSpec): AliasSpec =>
      "urn" in alias || (alias.parent !== undefined && alias.parent !== goal.parent)
        ? alias
        : { ...alias, parent: parentWas };
    urns.push(...[inherited, {}, ...goal.aliases].map((alias) => resolve(atOldParent(alias), parentWas)));
  }
  return [...new Set(urns)].filter((urn) => urn !== goal.urn);
}

/** A child named after its parent (`<parent>-key`) had its parent's old name. */
function renamedWith(name: string, parentName: string, oldParentName: string): string {
  return name.startsWith(parentName) ? oldParentName + name.slice(parentName.length) : name;
}
