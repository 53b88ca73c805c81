import * as sdk from "@pulumi/policy/deserialize";

import type { PropertyMap } from "../providers/base/values";
import { type StructLike, fromStruct } from "../providers/base/wire";

const MARKED = Symbol("properties with their marks");

interface Deserializer {
  deserializeProperties: (struct: StructLike, proxySecrets: boolean) => object;
}

/**
 * The SDK takes the marks of secrets off before a policy sees a property, and stops a policy at the first property that
 * is not known yet. Both engines send the marks: from here on what a policy is given holds them as well.
 */
export function keepMarks(): void {
  const { deserializeProperties } = sdk as Deserializer;
  (sdk as Deserializer).deserializeProperties = (struct, proxySecrets) =>
    // Neither writable nor configurable: the SDK's proxy hands out such a property as it is.
    Object.defineProperty(deserializeProperties(struct, proxySecrets), MARKED, { value: fromStruct(struct) });
}

/** Properties as they were sent: secrets and what is not known are marked. Throws when `keepMarks` has not worked. */
export function marked(props: object): PropertyMap {
  const properties = (props as { readonly [MARKED]?: PropertyMap })[MARKED];
  if (properties !== undefined) return properties;
  throw new Error("This version of @pulumi/policy hides which properties are secret: use the one in package.json.");
}
