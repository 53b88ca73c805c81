import type { ResourceProvider } from "../../../providers/base/provider";
import { Secret } from "../../../providers/base/values";
import { createRabbitmqProvider } from "../../../providers/rabbitmq";
import { startTestBroker, uniqueName, type TestBroker } from "../../support/servers";
import { apiOf } from "./api";
import { lifecycle } from "./lifecycle";

let broker: TestBroker;
let provider: ResourceProvider;
let vhost: string;

beforeAll(async () => {
  broker = await startTestBroker();
  provider = createRabbitmqProvider();
  const { endpoint, username, password } = broker;
  await provider.configure({ endpoint, username, password: new Secret(password) });
  vhost = uniqueName("top");
  await lifecycle(provider, "rabbitmq:index/vHost:VHost").create({ name: vhost });
});

afterAll(async () => {
  await apiOf(broker).delete("vhosts", vhost);
  await provider.close();
});

const exchanges = () => lifecycle(provider, "rabbitmq:index/exchange:Exchange");
const queues = () => lifecycle(provider, "rabbitmq:index/queue:Queue");
const bindings = () => lifecycle(provider, "rabbitmq:index/binding:Binding");

it("an exchange has the outputs of the official provider, before and after a refresh", async () => {
  const held = await exchanges().create({ name: "x", vhost, settings: { type: "topic", durable: true } });
  expect(held.outputs).toEqual({
    __pulumi_raw_state_delta: { obj: { ps: { settings: { plu: { i: { obj: {} } } } } } },
    id: `x@${vhost}`,
    name: "x",
    vhost,
    settings: { arguments: null, autoDelete: false, durable: true, type: "topic" },
  });
  const read = await exchanges().refresh(held);
  expect(read?.outputs.settings).toEqual({ arguments: {}, autoDelete: false, durable: true, type: "topic" });
  expect(read?.inputs).toEqual({ name: "x", vhost, settings: { durable: true, type: "topic" } });
  const changed = { name: "x", vhost, settings: { type: "topic", durable: false } };
  expect(await exchanges().diff(held, changed)).toEqual({ "settings.durable": "update-replace" });
});

it("a queue keeps its arguments in the form that was declared", async () => {
  const asMap = { name: "q1", vhost, settings: { durable: true, arguments: { "x-queue-type": "classic" } } };
  const asJson = { name: "q2", vhost, settings: { durable: true, argumentsJson: '{ "x-max-priority": 5 }' } };
  const first = await queues().create(asMap);
  expect(first.outputs.settings).toEqual({
    arguments: { "x-queue-type": "classic" },
    argumentsJson: "",
    autoDelete: false,
    durable: true,
  });
  const second = await queues().create(asJson);
  expect(second.outputs.settings).toMatchObject({ arguments: null, argumentsJson: '{"x-max-priority":5}' });
  expect(await queues().diff(second, asJson)).toEqual({});
  const read = await queues().refresh(first);
  expect(read?.outputs).toEqual(first.outputs);
});

it("arguments are given once", async () => {
  const settings = { arguments: { a: "b" }, argumentsJson: "{}" };
  const checked = await provider.check({
    urn: "urn",
    type: "rabbitmq:index/queue:Queue",
    name: "q",
    inputs: { name: "q", vhost, settings },
  });
  expect(checked.failures.map(({ property }) => property)).toEqual(["settings.argumentsJson"]);
});

it.each([
  ["a.#", {}, "a.%23"],
  ["", {}, "~"],
  ["k/1", { arguments: { "x-match": "all" } }, undefined],
])("a binding by the key %j is found again by the broker's own name of it", async (routingKey, more, propertiesKey) => {
  const name = uniqueName("b");
  await exchanges().create({ name, vhost, settings: { type: "topic", durable: true } });
  await queues().create({ name, vhost, settings: { durable: true } });
  const given = { source: name, destination: name, destinationType: "queue", vhost, routingKey, ...more };
  const held = await bindings().create(given);
  if (propertiesKey !== undefined) expect(held.outputs.propertiesKey).toBe(propertiesKey);
  expect(held.id).toBe(`${vhost}/${name}/${name}/queue/${String(held.outputs.propertiesKey)}`);
  const read = await bindings().refresh(held);
  if (!read) throw new Error("gone");
  expect(await bindings().diff(read, given)).toEqual({});
  await bindings().delete(held);
  expect(await bindings().refresh(held)).toBeUndefined();
  await bindings().delete(held);
});
