import type { FieldTable, ResourceSpec } from "../base/bridge-spec";
import type { PropertyMap } from "../base/values";
import { refuseExisting } from "./existing";
import { findScoped, knownScoped, scopedCandidates, scopedId } from "./ids";
import type { Management } from "./management";
import { apiPath, text } from "./values";

/** A kind of thing that is in a vhost: its id is `<name>@<vhost>`, its path `/api/<collection>/<vhost>/<name>`. */
export interface ScopedKind<Live> {
  /** For messages: `policy`. */
  readonly kind: string;
  readonly collection: string;
  /** The property that names the thing; `user` is another's name, so nothing is autonamed and existing ones are taken over. */
  readonly nameField: "name" | "user";
  /** Whether the program must name the vhost; otherwise it is `/`. */
  readonly vhostRequired?: boolean;
  /** The properties beside name and vhost. */
  readonly fields: FieldTable;
  readonly validate?: ResourceSpec<Management>["validate"];
  /** The body that declares the thing. */
  readonly declare: (inputs: PropertyMap) => object;
  /** The properties beside name and vhost, from the body that was read. */
  readonly describe: (live: Live, known: PropertyMap | undefined) => PropertyMap;
  /** Judges what only the broker can tell; throws. */
  readonly guard?: (client: Management, id: string, inputs: PropertyMap) => Promise<void>;
  /** Writes where one PUT of `declare` does not do; `state` is absent in a creation. */
  readonly write?: (client: Management, path: string, inputs: PropertyMap, state?: PropertyMap) => Promise<void>;
}

export function scopedResource<Live>(kind: ScopedKind<Live>): ResourceSpec<Management> {
  const { nameField, collection } = kind;
  const named = nameField === "name";
  const write = kind.write ?? ((client, path, inputs) => client.put(path, kind.declare(inputs)));
  const idOf = (inputs: PropertyMap): string => scopedId(inputs[nameField], inputs.vhost);
  const knownPath = (id: string, state: PropertyMap): string => {
    const { name, vhost } = knownScoped(id, state, nameField);
    return apiPath(collection, vhost, name);
  };
  return {
    fields: {
      [nameField]: { type: "string", required: true, forceNew: true },
      vhost: { type: "string", forceNew: true, ...(kind.vhostRequired ? { required: true } : { default: "/" }) },
      ...kind.fields,
    },
    ...(named && { autoname: "name" }),
    validate: kind.validate,
    id: idOf,

    async create(client, inputs) {
      const path = apiPath(collection, text(inputs.vhost), text(inputs[nameField]));
      await kind.guard?.(client, idOf(inputs), inputs);
      if (named) await refuseExisting(client, path, kind.kind, idOf(inputs));
      await write(client, path, inputs);
    },

    async read(client, id, known) {
      const live = await findScoped(scopedCandidates(id, known, nameField), ({ name, vhost }) =>
        client.get<Live>(apiPath(collection, vhost, name)),
      );
      if (!live) return undefined;
      return { [nameField]: live.name, vhost: live.vhost, ...kind.describe(live.found, known) };
    },

    async update(client, id, inputs, state) {
      await kind.guard?.(client, id, inputs);
      await write(client, knownPath(id, state), inputs, state);
    },

    delete: (client, id, state) => client.delete(knownPath(id, state)),
  };
}
