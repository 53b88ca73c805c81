import type { ResourceSpec } from "../base/bridge-spec";
import type { PropertyMap } from "../base/values";
import * as args from "./arguments";
import type { Management } from "./management";
import { apiPath, text } from "./values";

interface LiveBinding {
  readonly routing_key: string;
  readonly arguments: args.LiveArguments;
  /** The broker's own name of a binding among those between the same two ends: `a.%23`, `~` for no key. */
  readonly properties_key: string;
}

function bindingsPath({ vhost, source, destination, destinationType }: PropertyMap): string {
  const end = destinationType === "queue" ? "q" : "e";
  return apiPath("bindings", text(vhost), "e", text(source), end, text(destination));
}

/** `peer/x-main/q-main/queue/a.%23`; only slashes of the vhost are escaped. */
function bindingId({ vhost, source, destination, destinationType, propertiesKey }: PropertyMap): string {
  const parts = [source, destination, destinationType, propertiesKey].map(text);
  return [text(vhost).replaceAll("/", "%2F"), ...parts].join("/");
}

function parseId(id: string): PropertyMap {
  const [vhost = "", source = "", destination = "", destinationType = "", propertiesKey, ...more] = id.split("/");
  if (propertiesKey === undefined || more.length > 0) {
    throw new Error(
      `"${id}" is no id of a binding: it must be <vhost>/<source>/<destination>/<queue or exchange>/<key>`,
    );
  }
  return { vhost: vhost.replaceAll(/%2F/gi, "/"), source, destination, destinationType, propertiesKey };
}

/** The state, or in an import what the id tells. */
function known(id: string, state: PropertyMap | undefined): PropertyMap {
  return state && bindingId(state) === id ? state : parseId(id);
}

/** The last part of the `Location` that the broker answers. */
function propertiesKeyOf(location: string): string {
  return decodeURIComponent(location.slice(location.lastIndexOf("/") + 1));
}

const END = { type: "string", required: true, forceNew: true } as const;

export const BINDING: ResourceSpec<Management> = {
  fields: {
    vhost: END,
    source: END,
    destination: END,
    destinationType: {
      ...END,
      validate: (value: string) => (/^(queue|exchange)$/.test(value) ? undefined : 'must be "queue" or "exchange"'),
    },
    routingKey: { type: "string", forceNew: true },
    propertiesKey: { type: "string", outputOnly: true },
    ...args.ARGUMENTS,
    ...args.ARGUMENTS_JSON,
  },
  validate: (inputs) => args.judgeArguments(inputs, ""),
  // The broker names a binding when it makes it.
  id: () => undefined,

  async create(client, inputs) {
    const body = { routing_key: text(inputs.routingKey), arguments: args.declareArguments(inputs) };
    const propertiesKey = propertiesKeyOf(await client.post(bindingsPath(inputs), body));
    return { id: bindingId({ ...inputs, propertiesKey }), state: { propertiesKey } };
  },

  async read(client, id, state) {
    const where = known(id, state);
    const { vhost = null, source = null, destination = null, destinationType = null } = where;
    const all = (await client.get<readonly LiveBinding[]>(bindingsPath(where))) ?? [];
    const live = all.find((binding) => binding.properties_key === where.propertiesKey);
    if (!live) return undefined;
    const { routing_key: routingKey, properties_key: propertiesKey } = live;
    const given = args.readArguments(live.arguments, state ?? {});
    return { vhost, source, destination, destinationType, routingKey, propertiesKey, ...given };
  },

  // Every property replaces.
  update: async () => undefined,

  delete: (client, id, state) => {
    const where = known(id, state);
    return client.delete(`${bindingsPath(where)}/${encodeURIComponent(text(where.propertiesKey))}`);
  },
};
