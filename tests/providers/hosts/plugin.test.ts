import * as path from "node:path";
import * as pb from "@pulumi/pulumi/proto/provider_pb";

import { Secret } from "../../../providers/base/values";
import { fromStruct, toStruct } from "../../../providers/base/wire";
import { startTestHosts, type TestHost } from "../../support/servers";
import { startPlugin, type Method, type PluginProcess } from "../plugin-process";
import { file, hostInputs } from "./fixture";

const URN = "urn:pulumi:dev::project::hosts:index:FileSet::plugin";

let host: TestHost;
let plugin: PluginProcess | undefined;
let client: PluginProcess["client"];
let call: PluginProcess["call"];

beforeAll(async () => {
  [host] = (await startTestHosts(1)) as [TestHost];
  plugin = await startPlugin(path.join(__dirname, "../../../providers/hosts/plugin"));
  ({ client, call } = plugin);
});

afterAll(async () => {
  await plugin?.stop();
  await host?.stop();
});

it("places files when Pulumi's own CLI loads it, and tells its schema", async () => {
  const answer = await call<pb.GetSchemaRequest, pb.GetSchemaResponse>(client.getSchema, new pb.GetSchemaRequest());
  const schema = JSON.parse(answer.getSchema()) as { name: string; resources: object; types: object };
  expect(schema.name).toBe("hosts");
  expect(Object.keys(schema.resources)).toEqual(["hosts:index:FileSet", "hosts:index:Guard", "hosts:index:LocalFiles"]);
  const references = [...answer.getSchema().matchAll(/"#\/types\/([^"]+)"/g)].map(([, token]) => token ?? "");
  expect(Object.keys(schema.types)).toEqual(expect.arrayContaining(references));

  const config = { privateKey: new Secret(host.privateKey), port: String(host.port), maxConnections: "4" };
  const checkedConfig = await call<pb.CheckRequest, pb.CheckResponse>(
    client.checkConfig,
    new pb.CheckRequest().setUrn("urn:pulumi:dev::project::pulumi:providers:hosts::p").setNews(toStruct(config)),
  );
  expect(checkedConfig.getFailuresList()).toEqual([]);
  await call<pb.ConfigureRequest, pb.ConfigureResponse>(
    client.configure,
    new pb.ConfigureRequest().setArgs(checkedConfig.getInputs()).setAcceptsecrets(true),
  );

  const { port: _, ...rest } = hostInputs(host);
  const checked = await call<pb.CheckRequest, pb.CheckResponse>(
    client.check,
    new pb.CheckRequest()
      .setUrn(URN)
      .setNews(toStruct({ host: rest, files: [file("/etc/gw-plugin", new Secret("x"))] })),
  );
  const created = await call<pb.CreateRequest, pb.CreateResponse>(
    client.create,
    new pb.CreateRequest().setUrn(URN).setProperties(checked.getInputs()),
  );
  expect(fromStruct(created.getProperties())["digestKey"]).toBeInstanceOf(Secret);
  expect(await host.run("cat /etc/gw-plugin")).toBe("x");
  await call<pb.DeleteRequest, unknown>(
    client.delete as Method<pb.DeleteRequest, unknown>,
    new pb.DeleteRequest()
      .setId(created.getId())
      .setUrn(URN)
      .setProperties(created.getProperties())
      .setOldInputs(checked.getInputs()),
  );
  expect(await host.run("ls /etc/gw-plugin 2>/dev/null || true")).toBe("");
});
