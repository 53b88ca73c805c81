import type { ResourceSpec } from "../base/bridge-spec";
import type { PropertyMap } from "../base/values";
import {
  ARGUMENTS,
  ARGUMENTS_JSON,
  declareArguments,
  judgeArguments,
  readArguments,
  type LiveArguments,
} from "./arguments";
import type { Management } from "./management";
import { apiPath, text } from "./values";

interface LiveBinding {
  readonly routing_key: string;
  readonly arguments: LiveArguments;
  /** The broker's own name of a binding among those between the same two ends: `a.%23`, `~` for no key. */
  readonly properties_key: string;
}

interface Ends {
  readonly vhost: string;
  readonly source: string;
  readonly destination: string;
  readonly destinationType: string;
}

function endsOf(values: PropertyMap): Ends {
  const { vhost, source, destination, destinationType } = values;
  const ends = { vhost: text(vhost), source: text(source), destination: text(destination) };
  return { ...ends, destinationType: text(destinationType) };
}

function bindingsPath({ vhost, source, destination, destinationType }: Ends): string {
  return apiPath("bindings", vhost, "e", source, destinationType === "queue" ? "q" : "e", destination);
}

/** `peer/x-main/q-main/queue/a.%23`; only slashes of the vhost are escaped. */
function bindingId({ vhost, source, destination, destinationType }: Ends, propertiesKey: string): string {
  return [vhost.replaceAll("/", "%2F"), source, destination, destinationType, propertiesKey].join("/");
}

function parseId(id: string): PropertyMap {
  const [vhost, source, destination, destinationType, propertiesKey, ...more] = id.split("/");
  if (propertiesKey === undefined || more.length > 0) {
    throw new Error(
      `"${id}" is no id of a binding: it must be <vhost>/<source>/<destination>/<queue or exchange>/<key>`,
    );
  }
  const decoded = (vhost ?? "").replaceAll(/%2F/gi, "/");
  const ends = { vhost: decoded, source: source ?? "", destination: destination ?? "" };
  return { ...ends, destinationType: destinationType ?? "", propertiesKey };
}

/** The state, or in an import what the id tells. */
function known(id: string, state: PropertyMap | undefined): PropertyMap {
  return state && bindingId(endsOf(state), text(state.propertiesKey)) === id ? state : parseId(id);
}

/** The last part of the `Location` that the broker answers. */
function propertiesKeyOf(location: string): string {
  return decodeURIComponent(location.slice(location.lastIndexOf("/") + 1));
}

export const BINDING: ResourceSpec<Management> = {
  fields: {
    vhost: { type: "string", required: true, forceNew: true },
    source: { type: "string", required: true, forceNew: true },
    destination: { type: "string", required: true, forceNew: true },
    destinationType: {
      type: "string",
      required: true,
      forceNew: true,
      validate: (value: string) => (/^(queue|exchange)$/.test(value) ? undefined : 'must be "queue" or "exchange"'),
    },
    routingKey: { type: "string", forceNew: true },
    propertiesKey: { type: "string", outputOnly: true },
    ...ARGUMENTS,
    ...ARGUMENTS_JSON,
  },
  validate: (inputs) => judgeArguments(inputs, ""),
  // The broker names a binding when it makes it.
  id: () => undefined,

  async create(client, inputs) {
    const ends = endsOf(inputs);
    const body = { routing_key: text(inputs.routingKey), arguments: declareArguments(inputs) };
    const propertiesKey = propertiesKeyOf(await client.post(bindingsPath(ends), body));
    return { id: bindingId(ends, propertiesKey), state: { propertiesKey } };
  },

  async read(client, id, state) {
    const where = known(id, state);
    const ends = endsOf(where);
    const all = (await client.get<readonly LiveBinding[]>(bindingsPath(ends))) ?? [];
    const live = all.find((binding) => binding.properties_key === where.propertiesKey);
    if (!live) return undefined;
    return {
      ...ends,
      routingKey: live.routing_key,
      propertiesKey: live.properties_key,
      ...readArguments(live.arguments, state ?? {}),
    };
  },

  // Every property replaces.
  update: async () => undefined,

  delete: (client, id, state) => {
    const where = known(id, state);
    return client.delete(`${bindingsPath(endsOf(where))}/${encodeURIComponent(text(where.propertiesKey))}`);
  },
};
