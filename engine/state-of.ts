import { containsSecret, Secret, secret } from "../providers/base/values";
import type { PropertyMap } from "../providers/base/values";
import type { Goal } from "./goal";
import type { ResourceState } from "./resource-state";

interface Facts {
  readonly id?: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
  /** `<urn>::<id>`, resolved. */
  readonly provider?: string;
  readonly old?: ResourceState;
  readonly initErrors?: readonly string[];
  /** Whether the object itself was made or changed just now. */
  readonly touched: boolean;
}

/** The state entry of a goal that has been met. */
export function stateOf(goal: Goal, facts: Facts): ResourceState {
  const now = new Date().toISOString();
  const { old } = facts;
  const created = old?.created ?? (goal.custom || facts.touched ? now : undefined);
  const modified = facts.touched ? now : (old?.modified ?? created);
  const protect = goal.protect ?? false;
  return {
    urn: goal.urn,
    type: goal.type,
    custom: goal.custom,
    ...(facts.id !== undefined && { id: facts.id }),
    inputs: facts.inputs,
    outputs: markSecretOutputs(facts.outputs, facts.inputs, goal.additionalSecretOutputs),
    ...(goal.parent !== undefined && { parent: goal.parent }),
    ...(facts.provider !== undefined && { provider: facts.provider }),
    dependencies: goal.dependencies,
    propertyDependencies: goal.propertyDependencies,
    ...(goal.deletedWith !== undefined && { deletedWith: goal.deletedWith }),
    ...(goal.replaceWith !== undefined && { replaceWith: goal.replaceWith }),
    ...(goal.hooks !== undefined && { resourceHooks: goal.hooks }),
    ...(protect && { protect }),
    ...(goal.retainOnDelete && { retainOnDelete: true }),
    ...(facts.initErrors !== undefined && facts.initErrors.length > 0 && { initErrors: facts.initErrors }),
    ...(goal.additionalSecretOutputs.length > 0 && { additionalSecretOutputs: goal.additionalSecretOutputs }),
    ...(goal.ignoreChanges.length > 0 && { ignoreChanges: goal.ignoreChanges }),
    ...(goal.hideDiff !== undefined && { hideDiff: goal.hideDiff }),
    ...(goal.replacementTrigger !== undefined && { replacementTrigger: goal.replacementTrigger }),
    ...(goal.replaceOnChanges.length > 0 && { replaceOnChanges: goal.replaceOnChanges }),
    ...(goal.customTimeouts !== undefined && { customTimeouts: goal.customTimeouts }),
    ...(goal.importId !== undefined && { importID: goal.importId }),
    ...(goal.sourcePosition !== undefined && { sourcePosition: goal.sourcePosition }),
    ...(created !== undefined && { created }),
    ...(modified !== undefined && { modified }),
    ...(old?.unknownFields !== undefined && { unknownFields: old.unknownFields }),
  };
}

/** Outputs are secret where the program says so, and where the input of the same name is. */
export function markSecretOutputs(
  outputs: PropertyMap,
  inputs: PropertyMap,
  additional: readonly string[] | undefined,
): PropertyMap {
  const marked = new Set(additional);
  for (const [key, value] of Object.entries(inputs)) if (value instanceof Secret) marked.add(key);
  return Object.fromEntries(
    Object.entries(outputs).map(([key, value]) => [
      key,
      marked.has(key) && (value === null ? (additional?.includes(key) ?? false) : !containsSecret(value))
        ? secret(value)
        : value,
    ]),
  );
}
