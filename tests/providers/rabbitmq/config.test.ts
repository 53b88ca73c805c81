import { createRabbitmqProvider } from "../../../providers/rabbitmq";
import { Secret, UNKNOWN, type PropertyMap } from "../../../providers/base/values";

const valid = { endpoint: "https://relay.example:15671", username: "admin", password: "pw" };

async function check(inputs: PropertyMap) {
  const type = "pulumi:providers:rabbitmq";
  return createRabbitmqProvider().checkConfig({
    urn: `urn:pulumi:test::test::${type}::rmq`,
    type,
    name: "rmq",
    inputs,
  });
}

it.each([true, "true"])(
  "the configuration is taken as typed or as the engine encodes it, here %j",
  async (insecure) => {
    const { inputs, failures } = await check({ ...valid, insecure, version: "3.3.8" });
    expect(failures).toEqual([]);
    expect(inputs).toEqual({ ...valid, password: new Secret("pw"), insecure: "true", version: "3.3.8" });
  },
);

it("a configuration that is not known yet is not judged", async () => {
  expect((await check({ ...valid, endpoint: UNKNOWN })).failures).toEqual([]);
});

it.each<[string, PropertyMap, string, RegExp]>([
  ["plain http to another machine", { endpoint: "http://relay.example:15672" }, "endpoint", /use https/],
  ["an endpoint that is no URL", { endpoint: "relay:15671" }, "endpoint", /looks like/],
  ["credentials in the endpoint", { endpoint: "https://a:b@relay" }, "endpoint", /set username and password/],
  ["a proxy", { proxy: "http://proxy:3128" }, "proxy", /not supported/],
  ["a client certificate without its key", { clientcertFile: "c.pem" }, "clientcertFile", /set both/],
  ["a misspelt property", { endpont: "x" }, "endpont", /did you mean "endpoint"/],
  ["an empty user name", { username: "" }, "username", /empty/],
])("%s is refused by name", async (_, change, property, reason) => {
  const { failures } = await check({ ...valid, ...change });
  expect(failures).toEqual([{ property, reason: expect.stringMatching(reason) as string }]);
});

it.each(["http://localhost:15672", "http://127.10.0.3:15672", "http://[::1]:15672"])(
  "%s may be plain, as it stays on the machine",
  async (endpoint) => {
    expect((await check({ ...valid, endpoint })).failures).toEqual([]);
  },
);

it("what is missing is asked for, unless the environment has it", async () => {
  const inputs = { endpoint: valid.endpoint, username: valid.username };
  expect((await check(inputs)).failures).toEqual([
    { property: "password", reason: expect.stringContaining("missing") as string },
  ]);
  process.env.RABBITMQ_PASSWORD = "from-the-environment";
  try {
    expect(await check(inputs)).toEqual({ inputs, failures: [] });
  } finally {
    delete process.env.RABBITMQ_PASSWORD;
  }
});

it("a change of the configuration replaces nothing", async () => {
  const type = "pulumi:providers:rabbitmq";
  const base = { urn: `urn:pulumi:test::test::${type}::rmq`, type, name: "rmq", id: "1" };
  const changed = { ...valid, endpoint: "https://other.example:15671" };
  const diff = { ...base, oldInputs: valid, oldOutputs: valid, inputs: changed };
  expect(await createRabbitmqProvider().diffConfig(diff)).toEqual({ changes: true, replaces: [], diffs: ["endpoint"] });
});
