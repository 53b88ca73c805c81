import type { ResourceProvider } from "../../../providers/base/provider";
import { reveal, Secret, type PropertyMap } from "../../../providers/base/values";
import { createRabbitmqProvider } from "../../../providers/rabbitmq";
import { startTestBroker, uniqueName, type TestBroker } from "../../support/servers";
import { apiOf, type Api } from "./api";
import { lifecycle, type Held, type Lifecycle } from "./lifecycle";

let broker: TestBroker;
let api: Api;
let provider: ResourceProvider;
const created: { kind: Lifecycle; held: Held }[] = [];

beforeAll(async () => {
  broker = await startTestBroker();
  api = apiOf(broker);
  provider = createRabbitmqProvider();
  const { endpoint, username, password } = broker;
  await provider.configure({ endpoint, username, password: new Secret(password) });
});

afterAll(async () => {
  for (const { kind, held } of created.reverse()) await kind.delete(held);
  await provider.close();
});

function kindOf(type: string, name?: string): Lifecycle {
  const kind = lifecycle(provider, type, name);
  const create = async (given: PropertyMap): Promise<Held> => {
    const held = await kind.create(given);
    created.push({ kind, held });
    return held;
  };
  return { ...kind, create };
}

const vhosts = () => kindOf("rabbitmq:index/vHost:VHost", "vh");
const users = () => kindOf("rabbitmq:index/user:User", "usr");
const permissions = () => kindOf("rabbitmq:index/permissions:Permissions");
const topics = () => kindOf("rabbitmq:index/topicPermissions:TopicPermissions");
const policies = () => kindOf("rabbitmq:index/policy:Policy");

async function newScope(prefix = "t"): Promise<{ user: string; vhost: string }> {
  const name = uniqueName(prefix);
  const user = await users().create({ name, password: "pw-first-1" });
  const vhost = await vhosts().create({ name });
  return { user: user.id, vhost: vhost.id };
}

describe("a vhost", () => {
  it("is made with its limits, and has every property in its outputs", async () => {
    const name = uniqueName("vh");
    const held = await vhosts().create({ name, description: "for agents", maxConnections: "7" });
    expect(held.id).toBe(name);
    expect(held.outputs).toEqual({
      __pulumi_raw_state_delta: { obj: {} },
      id: name,
      name,
      description: "for agents",
      tracing: false,
      defaultQueueType: null,
      maxConnections: "7",
      maxQueues: null,
    });
    expect(await api.get("vhost-limits", name)).toEqual([{ vhost: name, value: { "max-connections": 7 } }]);
  });

  it("shows a limit that somebody set or took away, and an update repairs it", async () => {
    const name = uniqueName("vh");
    const held = await vhosts().create({ name, maxConnections: "7" });
    await api.put({ value: 3 }, "vhost-limits", name, "max-queues");
    await api.delete("vhost-limits", name, "max-connections");
    const drifted = await vhosts().refresh(held);
    if (!drifted) throw new Error("gone");
    expect(await vhosts().diff(drifted, { name, maxConnections: "7" })).toEqual({
      maxConnections: "update",
      maxQueues: "delete",
    });
    const repaired = await vhosts().update(drifted, { name, maxConnections: "7" });
    expect(await vhosts().diff(repaired, { name, maxConnections: "7" })).toEqual({});
    expect(await api.get("vhost-limits", name)).toEqual([{ vhost: name, value: { "max-connections": 7 } }]);
  });

  it("is named after the resource when the program gives no name, and keeps that name", async () => {
    const held = await vhosts().create({});
    expect(held.id).toMatch(/^vh-[0-9a-f]{7}$/);
    expect(held.inputs.__defaults).toEqual(["name"]);
    expect(await vhosts().diff(held, { description: "other" })).toEqual({ description: "update" });
  });

  it("that exists already is not taken over", async () => {
    const name = uniqueName("vh");
    await vhosts().create({ name });
    await expect(vhosts().create({ name })).rejects.toThrow(`vhost "${name}" exists already`);
  });
});

describe("a user", () => {
  const setTags = (user: string, ...tags: string[]) => broker.ctl("set_user_tags", user, ...tags);
  const loginAs = async (user: string, password: string) => broker.ctl("authenticate_user", user, password);

  it("logs in with its password, which is secret in inputs and outputs", async () => {
    const name = uniqueName("u");
    const held = await users().create({ name, password: "pw-first-1", tags: ["management"] });
    await loginAs(name, "pw-first-1");
    expect(held.inputs.password).toBeInstanceOf(Secret);
    expect(held.outputs.password).toBeInstanceOf(Secret);
    expect(reveal(held.outputs)).toEqual({
      __pulumi_raw_state_delta: { obj: { ps: { tags: { arr: {} } } } },
      id: name,
      name,
      password: "pw-first-1",
      tags: ["management"],
    });
    const given = { name, password: "pw-second-2", tags: ["management", "monitoring"] };
    expect(await users().diff(held, given)).toEqual({ password: "update", "tags[1]": "add" });
    await users().update(held, given);
    await loginAs(name, "pw-second-2");
  });

  it("whose tags were changed or all taken away is a change, one without tags is not", async () => {
    const name = uniqueName("u");
    const given = { name, password: "pw-first-1", tags: ["management"] };
    const held = await users().create(given);
    await setTags(name, "monitoring");
    const changed = await users().refresh(held);
    await setTags(name);
    const bare = await users().refresh(held);
    if (!changed || !bare) throw new Error("gone");
    expect(await users().diff(changed, given)).toEqual({ "tags[0]": "update" });
    expect(await users().diff(bare, given)).toEqual({ "tags[0]": "add" });

    const plain = await users().create({ name: uniqueName("u"), password: "pw-first-1" });
    const same = await users().refresh(plain);
    expect(same?.outputs).toEqual(plain.outputs);
    expect(same?.inputs).toEqual({ name: plain.id, password: new Secret("pw-first-1") });
  });

  it.each([
    ["changed", (name: string) => broker.ctl("change_password", name, "pw-theirs-9")],
    ["taken away", (name: string) => broker.ctl("clear_password", name)],
  ])("whose password was %s has drifted, and gets it again", async (_, change) => {
    const name = uniqueName("u");
    const given = { name, password: "pw-first-1" };
    const held = await users().create(given);
    await change(name);
    const changed = await users().refresh(held);
    if (!changed) throw new Error("gone");
    expect(changed.outputs.password).toBeInstanceOf(Secret);
    expect(await users().diff(changed, given)).toEqual({ password: "update" });
    await users().update(changed, given);
    await loginAs(name, "pw-first-1");
    const again = await users().refresh(held);
    expect(again?.outputs).toEqual(held.outputs);
  });

  it("that was deleted behind the engine's back is gone after a refresh, and its deletion succeeds", async () => {
    const held = await users().create({ name: uniqueName("u"), password: "pw-first-1" });
    await api.delete("users", held.id);
    expect(await users().refresh(held)).toBeUndefined();
    await users().delete(held);
  });

  it("that exists already keeps its password and is offered for import", async () => {
    const name = uniqueName("u");
    await users().create({ name, password: "pw-first-1" });
    await expect(users().create({ name, password: "pw-other-3" })).rejects.toThrow("import it");
    await loginAs(name, "pw-first-1");
    const imported = await users().import(name);
    expect(imported?.inputs).toEqual({ __defaults: [], name });
  });
});

describe("permissions", () => {
  const some = { configure: "^q-.*", write: ".*", read: "" };

  it("are those of the broker, and a changed one is told by its path", async () => {
    const scope = await newScope();
    const held = await permissions().create({ ...scope, permissions: some });
    expect(held.id).toBe(`${scope.user}@${scope.vhost}`);
    expect(await api.get("users", scope.user, "permissions")).toEqual([{ ...scope, ...some }]);
    await api.put({ ...some, write: "" }, "permissions", scope.vhost, scope.user);
    const drifted = await permissions().refresh(held);
    if (!drifted) throw new Error("gone");
    expect(drifted.inputs.permissions).toEqual({ ...some, write: "" });
    expect(await permissions().diff(drifted, { ...scope, permissions: some })).toEqual({
      "permissions.write": "update",
    });
    await permissions().update(drifted, { ...scope, permissions: some });
    expect(await api.get("users", scope.user, "permissions")).toEqual([{ ...scope, ...some }]);
  });

  it("take over those that the broker gave to the maker of a vhost", async () => {
    const { vhost } = await newScope();
    const held = await permissions().create({ user: broker.username, vhost, permissions: some });
    expect(held.outputs.permissions).toEqual(some);
  });

  it("that were cleared are gone after a refresh", async () => {
    const scope = await newScope();
    const held = await permissions().create({ ...scope, permissions: some });
    await api.delete("permissions", scope.vhost, scope.user);
    expect(await permissions().refresh(held)).toBeUndefined();
  });

  it.each(["svc@corp", "a@b@c"])("work for a user and a vhost named after %s", async (prefix) => {
    const scope = await newScope(prefix);
    const held = await permissions().create({ ...scope, permissions: some });
    expect(held.id).toBe(`${scope.user}@${scope.vhost}`);
    expect((await permissions().refresh(held))?.outputs).toEqual(held.outputs);
    const changed = await permissions().update(held, { ...scope, permissions: { ...some, read: "x" } });
    const imported = await permissions().import(held.id);
    expect(imported?.outputs).toEqual(changed.outputs);
    await permissions().delete(changed);
    expect(await api.get("users", scope.user, "permissions")).toEqual([]);
    await permissions().delete(changed);
  });

  it("for a user that does not exist are refused with the broker's reason", async () => {
    const { vhost } = await newScope();
    await expect(permissions().create({ user: "nobody-here", vhost, permissions: some })).rejects.toThrow(
      /user_not_found|does not exist|bad_request/,
    );
  });
});

describe("topic permissions", () => {
  it("are a set: one may come and go without the others", async () => {
    const scope = await newScope();
    const topic = { exchange: "amq.topic", write: ".*", read: ".*" };
    const other = { exchange: "other", write: "", read: "^a" };
    const held = await topics().create({ ...scope, permissions: [topic] });
    expect(await topics().diff(held, { ...scope, permissions: [topic, other] })).toEqual({ "permissions[1]": "add" });
    const both = await topics().update(held, { ...scope, permissions: [other, topic] });
    expect(both.outputs.permissions).toEqual([topic, other]);
    expect(await topics().diff(both, { ...scope, permissions: [other] })).toEqual({ "permissions[0]": "delete" });
    const one = await topics().update(both, { ...scope, permissions: [other] });
    expect(one.outputs.permissions).toEqual([other]);
    await api.delete("topic-permissions", scope.vhost, scope.user);
    expect(await topics().refresh(one)).toBeUndefined();
  });
});

describe("a policy", () => {
  const block = { pattern: "^mig\\.", priority: 1, applyTo: "queues", definition: { "max-length": "1000" } };

  it("reaches the broker with its numbers as numbers, and changes are told by key", async () => {
    const { vhost } = await newScope();
    const held = await policies().create({ name: "pol", vhost, policy: block });
    expect(held.id).toBe(`pol@${vhost}`);
    expect(await api.get("policies", vhost, "pol")).toMatchObject({
      pattern: "^mig\\.",
      definition: { "max-length": 1000 },
      "apply-to": "queues",
    });
    const definition = { "max-length": "2000", overflow: "reject-publish" };
    expect(await policies().diff(held, { name: "pol", vhost, policy: { ...block, definition } })).toEqual({
      'policy.definition["max-length"]': "update",
      "policy.definition.overflow": "add",
    });
    expect(await policies().diff(held, { name: "other", vhost, policy: block })).toEqual({ name: "update-replace" });
    await api.delete("policies", vhost, "pol");
    expect(await policies().refresh(held)).toBeUndefined();
  });

  it("that mirrors queues is taken by RabbitMQ 3", async () => {
    const { vhost } = await newScope();
    const mirror = { ...block, definition: { "ha-mode": "all" } };
    const held = await policies().create({ name: "mig-mirror-all", vhost, policy: mirror });
    expect(held.outputs.policy).toEqual(mirror);
  });

  it("that the broker refuses fails with the broker's reason", async () => {
    const { vhost } = await newScope();
    const bad = { ...block, definition: { "no-such-key": "1" } };
    await expect(policies().create({ name: "bad", vhost, policy: bad })).rejects.toThrow(/400.*no-such-key/s);
  });
});
