import type { ResourceState } from "../../engine/resource-state";
import { createUrn } from "../../engine/urn";
import type { PropertyMap } from "../../providers/base/values";

/** A resource as a case declares it; what is left out is of no interest to the case. */
export interface Declared {
  readonly type: string;
  readonly name?: string;
  readonly inputs?: PropertyMap;
  /** Beside the inputs. */
  readonly outputs?: PropertyMap;
  /** Names of resources of the case that an input was made from. */
  readonly madeFrom?: Readonly<Record<string, readonly string[]>>;
  readonly parent?: string;
  readonly protect?: boolean;
}

const STACK_NAME = "case";
const PROJECT = "groundwork";

/** The state of a stack that holds what is declared, under the stack's own resource. */
export function stackOf(declared: readonly Declared[], outputs: PropertyMap = {}): readonly ResourceState[] {
  const type = "pulumi:pulumi:Stack";
  const stack = state(
    { type, name: "stack", outputs },
    createUrn({ stack: STACK_NAME, project: PROJECT, type, name: "stack" }),
    {},
  );
  const urns = new Map<string, string>();
  const states = declared.map((each) => {
    const { type: own, name = own.split(":").at(-1) ?? "", parent } = each;
    const parentUrn = parent === undefined ? stack.urn : find(urns, parent);
    const urn = createUrn({ stack: STACK_NAME, project: PROJECT, type: own, name, parent: parentUrn });
    urns.set(name, urn);
    const made = Object.entries(each.madeFrom ?? {}).map(([key, names]) => [
      key,
      names.map((from) => find(urns, from)),
    ]);
    return state(each, urn, Object.fromEntries(made) as Record<string, string[]>, parentUrn);
  });
  return [stack, ...states];
}

function state(
  { type, inputs = {}, outputs = {}, protect = false }: Declared,
  urn: string,
  propertyDependencies: Readonly<Record<string, readonly string[]>>,
  parent?: string,
): ResourceState {
  return {
    ...{ urn, type, custom: true, inputs, outputs: { ...inputs, ...outputs }, protect, propertyDependencies },
    dependencies: Object.values(propertyDependencies).flat(),
    ...(parent !== undefined && { parent }),
  };
}

function find(urns: ReadonlyMap<string, string>, name: string): string {
  const urn = urns.get(name);
  if (urn === undefined) throw new Error(`The case declares no ${name} before it is named.`);
  return urn;
}
