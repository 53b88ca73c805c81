import type { DiffKind, ReadResult, ResourceProvider } from "../../../providers/base/provider";
import type { PropertyMap, Value } from "../../../providers/base/values";

/** A resource as an engine holds it between calls. */
export interface Held {
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
}

/** Drives one resource of a provider through its life as an engine does. */
export interface Lifecycle {
  check(given: PropertyMap, held?: Held): Promise<PropertyMap>;
  create(given: PropertyMap): Promise<Held>;
  /** What changing the program to `given` would do: a kind by property path. */
  diff(held: Held, given: PropertyMap): Promise<Readonly<Record<string, DiffKind>>>;
  update(held: Held, given: PropertyMap): Promise<Held>;
  refresh(held: Held): Promise<Held | undefined>;
  import(id: string): Promise<ReadResult | undefined>;
  /** What is left and not undone. */
  delete(held: Held): Promise<readonly string[] | void>;
}

export function lifecycle(provider: ResourceProvider, type: string, name = "it"): Lifecycle {
  const base = { urn: `urn:pulumi:test::test::${type}::${name}`, type, name };
  const check: Lifecycle["check"] = async (given, held) => {
    const { inputs, failures } = await provider.check({ ...base, inputs: given, oldInputs: held?.inputs });
    expect(failures).toEqual([]);
    return inputs;
  };
  const old = ({ id, inputs, outputs }: Held) => ({ id, oldInputs: inputs, oldOutputs: outputs });
  return {
    check,
    async create(given) {
      const inputs = await check(given);
      return { inputs, ...(await provider.create({ ...base, inputs, preview: false })) };
    },
    async diff(held, given) {
      const inputs = await check(given, held);
      const { detailedDiff } = await provider.diff({ ...base, ...old(held), inputs });
      return Object.fromEntries(Object.entries(detailedDiff ?? {}).map(([path, { kind }]) => [path, kind]));
    },
    async update(held, given) {
      const inputs = await check(given, held);
      const { outputs } = await provider.update({ ...base, ...old(held), inputs, preview: false });
      return { id: held.id, inputs, outputs };
    },
    refresh: ({ id, inputs, outputs }) => provider.read({ ...base, id, inputs, outputs }),
    import: (id) => provider.read({ ...base, id }),
    delete: ({ id, inputs, outputs }) => provider.delete({ ...base, id, inputs, outputs }),
  };
}

/** The value of an output that is no secret. */
export function output(held: Held | undefined, name: string): Value | undefined {
  return held?.outputs[name];
}
