import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";

/** A random program, as data: components and things in order, each referring to earlier ones by position. */
export interface FuzzProgram {
  readonly provider: ProviderSpec | undefined;
  readonly groups: readonly GroupSpec[];
  readonly things: readonly ThingSpec[];
}

interface ProviderSpec {
  /** Another one than where the default provider works. */
  readonly place: string;
  readonly password: string;
}

interface GroupSpec {
  readonly renamed: boolean;
  readonly nested: boolean;
}

const LINKS = ["dependsOn", "output", "within", "replaceWith"] as const;
type Link = (typeof LINKS)[number];

export interface ThingSpec {
  /** Things of one slot in two programs mean one object, whatever they are called. */
  readonly slot: number;
  readonly renamed: boolean;
  /** Without them a renamed thing is another one, which has the identity of the former. */
  readonly aliases: boolean;
  readonly key: number;
  readonly value: number;
  readonly dependencies: readonly { readonly on: number; readonly by: Link }[];
  /** Index of a component; absent: none. */
  readonly parent: number | undefined;
  readonly explicitProvider: boolean;
  readonly import: boolean;
  /** Somebody else's object, which is read and not managed. */
  readonly read: boolean;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deleteBeforeReplace: boolean | undefined;
  readonly ignoreChanges: boolean;
  readonly replaceOnChanges: boolean;
}

export const SLOTS = 5;
const rarely = (): fc.Arbitrary<boolean> => fc.nat({ max: 7 }).map((n) => n === 7);

const thing: fc.Arbitrary<ThingSpec> = fc.record({
  slot: fc.nat({ max: SLOTS - 1 }),
  renamed: rarely(),
  aliases: fc.nat({ max: 3 }).map((n) => n !== 3),
  key: fc.nat({ max: 4 }).map((n) => Math.max(0, n - 2)),
  value: fc.nat({ max: 2 }),
  dependencies: fc.array(fc.record({ on: fc.nat({ max: SLOTS }), by: fc.constantFrom(...LINKS) }), { maxLength: 2 }),
  parent: fc.option(fc.nat({ max: 1 }), { nil: undefined }),
  explicitProvider: rarely(),
  import: rarely(),
  read: fc.nat({ max: 11 }).map((n) => n === 11),
  protect: rarely(),
  retainOnDelete: rarely(),
  deleteBeforeReplace: fc.option(fc.boolean(), { nil: undefined, freq: 2 }),
  ignoreChanges: rarely(),
  replaceOnChanges: rarely(),
});

const programs: fc.Arbitrary<FuzzProgram> = fc.record({
  provider: fc.option(fc.record({ place: fc.constantFrom("near", "far"), password: fc.constantFrom("one", "two") }), {
    nil: undefined,
  }),
  groups: fc.array(fc.record({ renamed: rarely(), nested: rarely() }), { maxLength: 2 }),
  things: fc.uniqueArray(thing, { selector: (each) => each.slot, maxLength: SLOTS }),
});

/** How the next version of a program treats one of its things. */
const EDITS: Readonly<Record<string, (now: ThingSpec, other: ThingSpec) => ThingSpec | undefined>> = {
  none: (now) => now,
  value: (now) => ({ ...now, value: now.value + 1 }),
  key: (now) => ({ ...now, key: now.key + 1 }),
  drop: () => undefined,
  rename: (now) => ({ ...now, renamed: !now.renamed }),
  move: (now, { parent, explicitProvider }) => ({ ...now, parent, explicitProvider }),
  relink: (now, { dependencies }) => ({ ...now, dependencies }),
  options: ({ value, key, dependencies, renamed }, other) => ({ ...other, value, key, dependencies, renamed }),
};

/** A program, a later version of it in the same or the opposite order, and one that has nothing to do with them. */
export const families: fc.Arbitrary<FuzzProgram[]> = fc
  .record({
    first: programs,
    edits: fc.array(fc.tuple(fc.constantFrom("none", ...Object.keys(EDITS)), thing), {
      minLength: SLOTS,
      maxLength: SLOTS,
    }),
    isReversed: rarely(),
    other: programs,
  })
  .map(({ first, edits, isReversed, other }) => {
    const things = first.things.flatMap((now, index) => {
      const [edit, like] = edits[index] ?? ["none", now];
      return EDITS[edit]?.(now, { ...like, slot: now.slot }) ?? [];
    });
    return [first, { ...first, things: isReversed ? things.reverse() : things }, other];
  });

export class FuzzThing extends pulumi.CustomResource {
  declare readonly made: pulumi.Output<number>;
  declare readonly key: pulumi.Output<string>;

  constructor(name: string, args: Record<string, unknown>, opts: pulumi.CustomResourceOptions) {
    super("test:index:Thing", name, { made: undefined, key: undefined, ...args }, opts);
  }
}

class Group extends pulumi.ComponentResource {
  constructor(name: string, opts: pulumi.ComponentResourceOptions) {
    super("test:index:Group", name, {}, opts);
    this.registerOutputs({});
  }
}

export function thingName({ slot, renamed }: Pick<ThingSpec, "slot" | "renamed">): string {
  return `t${slot}${renamed ? "-renamed" : ""}`;
}

/** What is read is never what is managed. */
export function keyOf({ slot, key, read }: Pick<ThingSpec, "slot" | "key" | "read">): string {
  return read ? `r${slot}` : `k${slot}-${key}`;
}

/** The names by which a resource of this name may be known, whatever it was the child of. */
function identities(type: string, name: string): string[] {
  const parents = ["", "test:index:Group$", "test:index:Group$test:index:Group$"];
  return parents.flatMap((parent) =>
    [name, `${name}-renamed`].map((each) => `urn:pulumi:dev::fuzz::${parent}${type}::${each}`),
  );
}

/** The entry of a program: declares what the data says. */
export function declare({ provider: providerSpec, groups: groupSpecs, things }: FuzzProgram): () => void {
  return () => {
    const provider = providerSpec && new Provider("explicit", providerSpec);
    const groups: Group[] = [];
    for (const [index, { renamed, nested }] of groupSpecs.entries()) {
      const parent = nested ? groups[index - 1] : undefined;
      const aliases = identities("test:index:Group", `g${index}`);
      groups.push(new Group(`g${index}${renamed ? "-renamed" : ""}`, { aliases, ...(parent && { parent }) }));
    }
    const made: Made[] = [];
    for (const spec of things) made.push({ spec, thing: declareThing(spec, made, groups, provider) });
  };
}

class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderSpec) {
    super("test", name, { ...args });
  }
}

interface Made {
  readonly spec: ThingSpec;
  readonly thing: FuzzThing;
}

function declareThing(
  spec: ThingSpec,
  made: readonly Made[],
  groups: readonly Group[],
  provider: Provider | undefined,
): FuzzThing {
  const links = spec.dependencies.flatMap(({ on, by }) => {
    const other = made[on];
    return other === undefined ? [] : [{ other, by }];
  });
  const linked = (by: string): Made[] => links.filter((link) => link.by === by).map(({ other }) => other);
  // Only what lies in the same place goes with another; what is imported is what it is, wherever the program puts it.
  const [host] = spec.import
    ? []
    : linked("within").filter((each) => each.spec.explicitProvider === spec.explicitProvider);
  const parent = spec.parent === undefined ? undefined : groups[spec.parent];
  const dependsOn = linked("dependsOn").map((other) => other.thing);
  const place = { ...(parent && { parent }), ...(spec.explicitProvider && provider && { provider }) };
  if (spec.read) return new FuzzThing(thingName(spec), {}, { ...place, dependsOn, id: keyOf(spec) });
  return new FuzzThing(
    thingName(spec),
    {
      key: keyOf(spec),
      value: spec.value,
      seen: spec.import ? [] : linked("output").map((other) => other.thing.made),
      ...(host && { within: host.thing.key }),
    },
    {
      ...place,
      dependsOn,
      ...(host && { deletedWith: host.thing }),
      replaceWith: linked("replaceWith").map((other) => other.thing),
      ...((spec.aliases || spec.import) && { aliases: identities("test:index:Thing", `t${spec.slot}`) }),
      ...(spec.import && { import: keyOf(spec) }),
      ...(spec.protect && { protect: true }),
      ...(spec.retainOnDelete && { retainOnDelete: true }),
      ...(spec.deleteBeforeReplace !== undefined && { deleteBeforeReplace: spec.deleteBeforeReplace }),
      ...(spec.ignoreChanges && { ignoreChanges: ["value"] }),
      ...(spec.replaceOnChanges && { replaceOnChanges: ["value"] }),
    },
  );
}
