import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { ResourceProvider } from "../../../providers/base/provider";
import { Secret, type PropertyMap } from "../../../providers/base/values";
import { fromWire, toWire } from "../../../providers/base/wire";
import { createRabbitmqProvider } from "../../../providers/rabbitmq";
import { startTestBroker, uniqueName, type TestBroker } from "../../support/servers";
import { apiOf } from "./api";
import { lifecycle } from "./lifecycle";

interface Creation {
  readonly method: string;
  readonly request: {
    readonly urn: string;
    readonly type: string;
    readonly properties: object;
    readonly preview?: boolean;
  };
  readonly response: { readonly id: string; readonly properties: object };
}

const vhost = uniqueName("peer");
const alice = uniqueName("alice");
const bob = uniqueName("bob");

/** The recorded creations of the official provider, with names of this run's own. */
const text = readFileSync(join(__dirname, "../bridge/fixtures/recorded-rabbitmq.json"), "utf8")
  .replaceAll(/\bpeer\b/g, vhost)
  .replaceAll(/\balice\b/g, alice)
  .replaceAll(/\bbob\b/g, bob);
const seen = new Set<string>();
const creations = (JSON.parse(text) as Creation[]).filter(({ method, request }) => {
  const first = method === "Create" && !request.preview && !seen.has(request.urn);
  if (first) seen.add(request.urn);
  return first;
});
/** A thing can only be made after what it names. */
const ORDER = ["vHost", "user", "exchange", "queue", "permissions", "topicPermissions", "policy", "binding"];
const rank = ({ request }: Creation): number => ORDER.findIndex((kind) => request.type.includes(`/${kind}:`));
creations.sort((a, b) => rank(a) - rank(b));

let broker: TestBroker;
let provider: ResourceProvider;

beforeAll(async () => {
  broker = await startTestBroker();
  provider = createRabbitmqProvider();
  const { endpoint, username, password } = broker;
  await provider.configure({ endpoint, username, password: new Secret(password) });
});

afterAll(async () => {
  for (const path of [
    ["vhosts", vhost],
    ["users", alice],
    ["users", bob],
  ])
    await apiOf(broker).delete(...path);
  await provider.close();
});

it.each(creations.map((creation): [string, Creation] => [creation.request.urn, creation]))(
  "%s has the outputs of the official provider on a real broker, and a refresh finds no change",
  async (urn, { request, response }) => {
    const { type } = request;
    const given = fromWire(request.properties) as PropertyMap;
    const kind = lifecycle(provider, type, urn.split("::").at(-1));
    const held = await kind.create(given);
    expect({ id: held.id, properties: toWire(held.outputs) }).toEqual(response);
    const read = await kind.refresh(held);
    if (!read) throw new Error("gone");
    expect(await kind.diff(read, given)).toEqual({});
  },
);
