import { join } from "node:path";
import { status, type ServiceError } from "@grpc/grpc-js";
import { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Secret, UNKNOWN } from "../../providers/base/values";
import type { PropertyMap } from "../../providers/base/values";
import { fromStruct, toStruct } from "../../providers/base/wire";
import { startPlugin, type Method, type PluginProcess } from "./plugin-process";

const PLUGIN = join(__dirname, "fixtures", "record-plugin");
const URN = "urn:pulumi:dev::project::outer:index:Outer$record:index:Thing::na::me";

let plugin: PluginProcess | undefined;
let client: PluginProcess["client"];
let call: PluginProcess["call"];

beforeAll(async () => {
  plugin = await startPlugin(PLUGIN);
  ({ client, call } = plugin);
});

afterAll(() => plugin?.stop());

const struct = (map: PropertyMap) => toStruct(map);
const requestOf = (map: PropertyMap): unknown => JSON.parse(String(map["request"]));
const THING = { urn: URN, type: "record:index:Thing", name: "na::me" };

it("says what it accepts, which version it is and what it offers", async () => {
  const shake = await call<pb.ProviderHandshakeRequest, pb.ProviderHandshakeResponse>(
    client.handshake,
    new pb.ProviderHandshakeRequest().setEngineAddress("127.0.0.1:1"),
  );
  expect(shake.toObject()).toMatchObject({ acceptSecrets: true, acceptResources: true, acceptOutputs: true });
  expect((await call(client.getPluginInfo as Method<Empty, { getVersion(): string }>, new Empty())).getVersion()).toBe(
    "1.2.3",
  );
  const schema = await call<pb.GetSchemaRequest, pb.GetSchemaResponse>(client.getSchema, new pb.GetSchemaRequest());
  expect(JSON.parse(schema.getSchema())).toEqual({ name: "record", version: "1.2.3", displayName: "Record" });
  await expect(
    call(client.construct as Method<pb.ConstructRequest, unknown>, new pb.ConstructRequest()),
  ).rejects.toMatchObject({
    code: status.UNIMPLEMENTED,
  });
});

it("passes configuration as it is, secrets marked", async () => {
  const config = { host: "db1", password: new Secret("p"), port: "5432" };
  const checked = await call<pb.CheckRequest, pb.CheckResponse>(
    client.checkConfig,
    new pb.CheckRequest().setUrn(URN).setNews(struct({ host: "db1", password: new Secret("p") })),
  );
  expect(fromStruct(checked.getInputs())).toEqual(config);
  const changed = await call<pb.DiffRequest, pb.DiffResponse>(client.diffConfig, new pb.DiffRequest().setUrn(URN));
  expect(changed.toObject()).toMatchObject({
    changes: pb.DiffResponse.DiffChanges.DIFF_UNKNOWN,
    replacesList: ["host"],
    hasdetaileddiff: false,
  });
  const configured = await call<pb.ConfigureRequest, pb.ConfigureResponse>(
    client.configure,
    new pb.ConfigureRequest().setArgs(struct(config)).setAcceptsecrets(true),
  );
  expect(configured.toObject()).toMatchObject({ acceptsecrets: true, supportspreview: true, acceptresources: true });
  const invoked = await call<pb.InvokeRequest, pb.InvokeResponse>(
    client.invoke,
    new pb.InvokeRequest().setTok("record:index:f").setArgs(struct({ x: new Secret(1) })),
  );
  expect(fromStruct(invoked.getReturn())).toEqual({ token: "record:index:f", args: { x: 1 }, configuration: config });
});

it("checks with the old inputs and the seed, and takes type and name from the URN when they are not sent", async () => {
  const inputs = { deep: { list: [new Secret("s"), UNKNOWN, null] }, wrong: true };
  const response = await call<pb.CheckRequest, pb.CheckResponse>(
    client.check,
    new pb.CheckRequest()
      .setUrn(URN)
      .setNews(struct(inputs))
      .setOlds(struct({ old: 1 }))
      .setRandomseed(new Uint8Array([7, 8])),
  );
  const checked = fromStruct(response.getInputs());
  expect(checked).toMatchObject(inputs);
  expect(requestOf(checked)).toEqual({ ...THING, oldInputs: { old: 1 }, randomSeed: [7, 8] });
  expect(response.getFailuresList().map((failure) => failure.toObject())).toEqual([
    { property: "wrong", reason: "wrong is not right" },
  ]);

  const first = await call<pb.CheckRequest, pb.CheckResponse>(
    client.check,
    new pb.CheckRequest().setUrn(URN).setType("t").setName("n").setOlds(struct({})).setNews(struct({})),
  );
  expect(requestOf(fromStruct(first.getInputs()))).toEqual({ urn: URN, type: "t", name: "n" });
});

it("answers a diff in detail, and one without changes", async () => {
  const request = new pb.DiffRequest()
    .setUrn(URN)
    .setId("1")
    .setNews(struct({ a: 1 }));
  const changed = (await call<pb.DiffRequest, pb.DiffResponse>(client.diff, request)).toObject();
  expect(changed).toMatchObject({
    changes: pb.DiffResponse.DiffChanges.DIFF_SOME,
    replacesList: ["a"],
    diffsList: ["a", "b"],
    deletebeforereplace: true,
    hasdetaileddiff: true,
  });
  expect(changed.detaileddiffMap).toEqual([
    ["a.b[0]", { kind: pb.PropertyDiff.Kind.UPDATE_REPLACE, inputdiff: true }],
    ["b", { kind: pb.PropertyDiff.Kind.DELETE, inputdiff: false }],
  ]);
  const same = await call<pb.DiffRequest, pb.DiffResponse>(client.diff, request.setNews(struct({ same: true })));
  expect(same.getChanges()).toBe(pb.DiffResponse.DiffChanges.DIFF_NONE);
});

it("creates, in a preview with unknowns and with the time limit", async () => {
  const create = (request: pb.CreateRequest) => call<pb.CreateRequest, pb.CreateResponse>(client.create, request);
  const made = await create(
    new pb.CreateRequest()
      .setUrn(URN)
      .setTimeout(30)
      .setProperties(struct({ p: new Secret("s") })),
  );
  expect(made.getId()).toBe("id-1");
  const outputs = fromStruct(made.getProperties());
  expect(outputs).toMatchObject({ p: new Secret("s"), later: 1 });
  expect(requestOf(outputs)).toEqual({ ...THING, timeoutSeconds: 30, preview: false });

  const preview = await create(new pb.CreateRequest().setUrn(URN).setPreview(true));
  expect(preview.getId()).toBe("");
  expect(fromStruct(preview.getProperties())).toMatchObject({ later: UNKNOWN });
});

it("tells of a creation in part with id, outputs and reasons", async () => {
  const failed = call<pb.CreateRequest, pb.CreateResponse>(
    client.create,
    new pb.CreateRequest().setUrn(URN).setProperties(struct({ half: true })),
  );
  const error: ServiceError = await failed.then(
    () => Promise.reject(new Error("it was created")),
    (reason: ServiceError) => reason,
  );
  expect(error).toMatchObject({ code: status.UNKNOWN, details: "it is not ready; nor will it be" });
  const bytes = error.metadata.get("grpc-status-details-bin")[0] as Buffer;
  const [any] = Status.deserializeBinary(bytes).getDetailsList();
  const detail = any?.unpack(pb.ErrorResourceInitFailed.deserializeBinary, "pulumirpc.ErrorResourceInitFailed");
  expect(detail?.getId()).toBe("half-1");
  expect(detail?.getReasonsList()).toEqual(["it is not ready", "nor will it be"]);
  expect(fromStruct(detail?.getProperties())).toEqual({ password: new Secret("p") });
});

it("fails with the provider's sentence and no stack", async () => {
  const failed = call<pb.CreateRequest, pb.CreateResponse>(
    client.create,
    new pb.CreateRequest().setUrn(URN).setProperties(struct({ fail: true })),
  );
  await expect(failed).rejects.toMatchObject({ details: "host db1: no such thing; create it" });
});

it("reads what is there, what is gone and what is imported", async () => {
  const read = (request: pb.ReadRequest) => call<pb.ReadRequest, pb.ReadResponse>(client.read, request);
  const known = await read(
    new pb.ReadRequest()
      .setUrn(URN)
      .setId("1")
      .setInputs(struct({ i: 1 }))
      .setProperties(struct({ o: 2 })),
  );
  expect(known.getId()).toBe("1");
  expect(fromStruct(known.getInputs())).toEqual({ read: true });
  expect(fromStruct(known.getProperties())).toMatchObject({ i: 1 });
  expect(requestOf(fromStruct(known.getProperties()))).toEqual({ ...THING, id: "1", outputs: { o: 2 } });

  const imported = await read(new pb.ReadRequest().setUrn(URN).setId("2").setProperties(struct({})));
  expect(requestOf(fromStruct(imported.getProperties()))).toEqual({ ...THING, id: "2" });
  expect((await read(new pb.ReadRequest().setUrn(URN).setId("gone"))).getId()).toBe("");
});

it("updates with old inputs, old outputs and ignored changes", async () => {
  const updated = await call<pb.UpdateRequest, pb.UpdateResponse>(
    client.update,
    new pb.UpdateRequest()
      .setUrn(URN)
      .setId("1")
      .setOldInputs(struct({ i: 1 }))
      .setOlds(struct({ o: 2 }))
      .setNews(struct({ n: 3 }))
      .setIgnorechangesList(["x"])
      .setTimeout(5)
      .setPreview(true),
  );
  const outputs = fromStruct(updated.getProperties());
  expect(outputs).toMatchObject({ n: 3 });
  expect(requestOf(outputs)).toEqual({
    ...THING,
    id: "1",
    oldInputs: { i: 1 },
    oldOutputs: { o: 2 },
    ignoreChanges: ["x"],
    timeoutSeconds: 5,
    preview: true,
  });
});

it("deletes with inputs and outputs", async () => {
  const remove = (id: string) =>
    call(
      client.delete as Method<pb.DeleteRequest, Empty>,
      new pb.DeleteRequest()
        .setUrn(URN)
        .setId(id)
        .setOldInputs(struct({ i: 1 }))
        .setProperties(struct({ o: 2 })),
    );
  await remove("1");
  const asked = JSON.stringify({ ...THING, id: "stuck", inputs: { i: 1 }, outputs: { o: 2 } });
  await expect(remove("stuck")).rejects.toMatchObject({ details: asked });
});

it("attaches, and closes the provider when cancelled", async () => {
  await call(client.attach as Method<PluginAttach, Empty>, new PluginAttach());
  await call(client.cancel as Method<Empty, Empty>, new Empty());
  const invoked = await call<pb.InvokeRequest, pb.InvokeResponse>(client.invoke, new pb.InvokeRequest().setTok("bad"));
  expect(fromStruct(invoked.getReturn())).toMatchObject({ configuration: { closed: true } });
  expect(invoked.getFailuresList().map((failure) => failure.toObject())).toEqual([{ property: "x", reason: "no" }]);
});
