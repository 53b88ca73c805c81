import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { credentials, Server, ServerCredentials, type ServiceError } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";

import { Secret } from "../../../providers/base/values";
import { fromStruct, toStruct } from "../../../providers/base/wire";
import { startTestBroker, uniqueName } from "../../support/servers";
import { apiOf } from "../rabbitmq/api";

const PLUGIN = join(__dirname, "../../../providers/rabbitmq-accounts/plugin");
const URN = "urn:pulumi:test::test::rabbitmq-accounts:index:AbsentUser::guest";
const TYPE = "rabbitmq-accounts:index:AbsentUser";

let engine: Server;
let plugin: ChildProcess;
let client: ResourceProviderClient;

/** As Pulumi's CLI starts it. */
beforeAll(async () => {
  engine = new Server();
  engine.addService(EngineService, {});
  const port = await new Promise<number>((resolve, reject) =>
    engine.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  const args = [require.resolve("@pulumi/pulumi/cmd/run-plugin"), PLUGIN, `127.0.0.1:${port}`];
  plugin = spawn(process.execPath, args, { cwd: tmpdir(), stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(plugin, "exit").then(() => Promise.reject(new Error("the plugin ended")));
  const said = once(createInterface({ input: plugin.stdout ?? process.stdin }), "line");
  const [line] = (await Promise.race([said, ended])) as [string];
  client = new ResourceProviderClient(`127.0.0.1:${line}`, credentials.createInsecure());
});

afterAll(async () => {
  client?.close();
  engine?.forceShutdown();
  if (plugin?.exitCode !== null) return;
  plugin.kill();
  await once(plugin, "exit").catch(() => undefined);
});

type Method<Request, Response> = (
  request: Request,
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown;

function call<Request, Response>(method: Method<Request, Response>, request: Request): Promise<Response> {
  return new Promise((resolve, reject) =>
    method.call(client, request, (error, response) => (error ? reject(error) : resolve(response))),
  );
}

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
