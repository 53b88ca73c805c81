import type { PropertyMap, Value } from "./values";

/**
 * A resource type as a table: what `framework.ts` needs to answer check, diff, create, read and update as a provider
 * on Terraform's plugin framework does behind Pulumi's bridge (tls, random). Such resources live in the state alone.
 */
export interface Attribute {
  /** `strings` is a list and `stringMap` a map of strings; `block` is a list of at most one object, which Pulumi flattens. */
  readonly type: "string" | "int" | "bool" | "strings" | "stringMap" | "block";
  /** Where the value comes from; `optional+computed` is the provider's to set when the program leaves it out. */
  readonly from: "required" | "optional" | "optional+computed" | "computed";
  readonly default?: boolean | number | string;
  /** Always a secret, as an input and as an output. */
  readonly sensitive?: boolean;
  /** An update plans the value that the state has (the framework's `UseStateForUnknown`), not an unknown one. */
  readonly keepsState?: boolean;
  /** A change replaces the resource: always, or as the rule on the planned and the old value says. */
  readonly replaces?: boolean | ((planned: Value, old: Value) => boolean);
  /** Sets the planned value from the others and from what the program asked for. */
  readonly plan?: (planned: PropertyMap, inputs: PropertyMap) => Value;
  /** Judges one value, for `strings` one member; returns why it is wrong. Never shows a secret. */
  readonly validate?: (value: never) => string | undefined;
  readonly members?: Readonly<Record<string, BlockMember>>;
  /** The Terraform name where it is not the snake_case form. */
  readonly renamedFrom?: string;
}

export interface BlockMember {
  readonly type: "string" | "strings";
  /** The Terraform name where it is not the snake_case form. */
  readonly renamedFrom?: string;
}

export type AttributeTable = Readonly<Record<string, Attribute>>;

/** All property maps are plain: no secret marks, and no null members. */
export interface FrameworkResource {
  readonly attributes: AttributeTable;
  /** Stands in the state's `__meta` when it is above 0. */
  readonly schemaVersion?: number;
  /** Properties of the official provider that are refused, with the reason. */
  readonly refused?: Readonly<Record<string, string>>;
  /** Judges what no single value can tell; sees values of the right type, with unknowns in a preview. */
  readonly validate?: (inputs: PropertyMap) => readonly { property: string; reason: string }[];
  /** Values that demand a replacement although nothing was changed (a certificate due for renewal). */
  readonly expired?: (planned: PropertyMap) => readonly string[];
  /** Makes the object; returns the computed values, `id` among them. */
  readonly create: (planned: PropertyMap) => Promise<PropertyMap>;
  /** The state as it stands now, for refresh. */
  readonly refresh?: (state: PropertyMap) => PropertyMap;
  /** The state of an object that the program did not make; absent when the type cannot be imported. */
  readonly import?: (id: string) => PropertyMap;
}

/** What will be: every attribute of the table is present, unset ones as null. */
export interface Plan {
  readonly planned: PropertyMap;
  readonly replaces: readonly string[];
  readonly diffs: readonly string[];
}
