import { join } from "node:path";

import * as pb from "@pulumi/pulumi/proto/provider_pb";

import { Secret } from "../../../providers/base/values";
import { fromStruct, toStruct } from "../../../providers/base/wire";
import { startTestBroker, uniqueName } from "../../support/servers";
import { startPlugin, type PluginProcess } from "../plugin-process";
import { apiOf } from "../rabbitmq/api";

const PLUGIN = join(__dirname, "../../../providers/rabbitmq-accounts/plugin");
const URN = "urn:pulumi:test::test::rabbitmq-accounts:index:AbsentUser::guest";
const TYPE = "rabbitmq-accounts:index:AbsentUser";

let plugin: PluginProcess | undefined;
let client: PluginProcess["client"];
let call: PluginProcess["call"];

beforeAll(async () => {
  plugin = await startPlugin(PLUGIN);
  ({ client, call } = plugin);
});

afterAll(() => plugin?.stop());

it("describes its resources", async () => {
  const answer = await call<pb.GetSchemaRequest, pb.GetSchemaResponse>(client.getSchema, new pb.GetSchemaRequest());
  expect(JSON.parse(answer.getSchema())).toMatchObject({
    name: "rabbitmq-accounts",
    resources: {
      [TYPE]: { requiredInputs: ["user"], inputProperties: { user: { type: "string", replaceOnChanges: true } } },
      "rabbitmq-accounts:index:UserTags": { requiredInputs: ["user", "tags"] },
    },
  });
});

it("deletes a user that must be absent, for an engine on the other side of gRPC", async () => {
  const broker = await startTestBroker();
  const { endpoint, username } = broker;
  const user = uniqueName("guest");
  await apiOf(broker).put({ password: "pw-guest-1", tags: "" }, "users", user);
  const config = toStruct({ endpoint, username, password: new Secret(broker.password) });
  await call<pb.ConfigureRequest, pb.ConfigureResponse>(client.configure, new pb.ConfigureRequest().setArgs(config));
  const created = await call<pb.CreateRequest, pb.CreateResponse>(
    client.create,
    new pb.CreateRequest().setUrn(URN).setType(TYPE).setName("guest").setProperties(toStruct({ user })),
  );
  expect(created.getId()).toBe(user);
  expect(fromStruct(created.getProperties())).toMatchObject({ user, wasPresent: true });
  await expect(apiOf(broker).get("users", user)).rejects.toThrow("404");
});
