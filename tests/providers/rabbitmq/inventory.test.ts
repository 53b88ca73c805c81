import type { DeclaredResource } from "../../../providers/base/inventory";
import type { ResourceProvider } from "../../../providers/base/provider";
import type { PropertyMap } from "../../../providers/base/values";
import { createRabbitmqProvider } from "../../../providers/rabbitmq";
import { startTestBroker, uniqueName, type TestBroker } from "../../support/servers";

let broker: TestBroker;
let provider: ResourceProvider;
const [vhost, declaredUser, otherUser] = ["v", "declared", "other"].map(uniqueName) as [string, string, string];

beforeAll(async () => {
  broker = await startTestBroker();
  provider = createRabbitmqProvider();
  await provider.configure({ endpoint: broker.endpoint, username: broker.username, password: broker.password });
  await broker.ctl("add_vhost", vhost);
  for (const user of [declaredUser, otherUser]) await broker.ctl("add_user", user, "pw-first-1");
}, 120_000);

afterAll(async () => {
  await broker?.ctl("delete_vhost", vhost);
  for (const user of [declaredUser, otherUser]) await broker?.ctl("delete_user", user);
  await provider?.close();
});

function resource(type: string, id: string, inputs: PropertyMap, more: PropertyMap = {}): DeclaredResource {
  const config = { endpoint: broker.endpoint, username: broker.username, ...more };
  return { urn: `urn:${id}`, type, id, inputs, outputs: inputs, config, ignoreChanges: [] };
}

const user = (name: string, more: PropertyMap = {}): DeclaredResource =>
  resource("rabbitmq:index/user:User", name, { name }, more);

/** What is undeclared, of this test's own. */
async function look(resources: readonly DeclaredResource[], elsewhere: readonly DeclaredResource[] = []) {
  const inventory = await provider.inventory?.({ resources, declared: [...resources, ...elsewhere] });
  if (inventory === undefined) throw new Error("the provider takes no inventory");
  const names = [vhost, declaredUser, otherUser];
  const own = inventory.undeclared.filter((each) => names.some((name) => JSON.stringify(each).includes(name)));
  return { ...inventory, lines: own.map(({ kind, name }) => `${kind} ${name}`).sort() };
}

const stack = (): DeclaredResource[] => [
  resource("rabbitmq:index/vHost:VHost", vhost, { name: vhost }),
  user(declaredUser),
];

test("of users those are found that no stack declares on this broker, by whatever resource", async () => {
  expect((await look(stack())).lines).toEqual([`user ${otherUser}`]);
  expect((await look(stack(), [user(otherUser)])).lines).toEqual([]);
  expect((await look(stack(), [user(otherUser, { endpoint: `${broker.endpoint}/` })])).lines).toEqual([]);
  const absent = resource("rabbitmq-accounts:index:AbsentUser", otherUser, { user: otherUser });
  expect((await look(stack(), [absent])).lines).toEqual([]);
  expect((await look(stack(), [user(otherUser, { endpoint: "https://prod.example:15671" })])).lines).toEqual([
    `user ${otherUser}`,
  ]);
});

test("the account by which another stack reaches the broker is an operator, as is our own", async () => {
  const { lines, undeclared } = await look(stack(), [user("x", { username: otherUser })]);
  expect(lines).toEqual([]);
  expect(undeclared.map(({ kind, name }) => `${kind} ${name}`)).not.toContain(`user ${broker.username}`);
});

test("limits of users are found, and taken away by the command that is named", async () => {
  await broker.ctl("set_user_limits", declaredUser, '{"max-connections": 3}');
  const { lines, undeclared } = await look(stack());
  expect(lines).toEqual([`user limits ${declaredUser}`, `user ${otherUser}`]);
  const limits = undeclared.find(({ kind, name }) => kind === "user limits" && name === declaredUser);
  expect(limits?.found).toBe('{"max-connections":3}');
  await broker.ctl(...(limits?.remove.command ?? "").split(" ").slice(1));
  expect((await look(stack())).lines).toEqual([`user ${otherUser}`]);
});

test("permissions are looked for in declared vhosts, and of declared users everywhere", async () => {
  await broker.ctl("set_permissions", "-p", vhost, otherUser, ".*", ".*", ".*");
  await broker.ctl("set_permissions", "-p", "/", declaredUser, "^$", "^$", ".*");
  await broker.ctl("set_permissions", "-p", "/", otherUser, "^$", "^$", ".*");
  const { lines, undeclared } = await look(stack());
  expect(lines).toEqual([`permissions ${declaredUser}@/`, `permissions ${otherUser}@${vhost}`, `user ${otherUser}`]);
  expect(undeclared.find(({ name }) => name === `${declaredUser}@/`)).toMatchObject({
    found: 'configure "^$", write "^$", read ".*"',
    severity: "high",
    remove: { command: `rabbitmqctl clear_permissions -p / ${declaredUser}` },
  });
});

test("topic permissions of one user are one finding, however many exchanges they name", async () => {
  for (const exchange of ["a", "b"])
    await broker.ctl("set_topic_permissions", "-p", vhost, declaredUser, exchange, ".*", ".*");
  expect((await look(stack())).lines).toContain(`topic permissions ${declaredUser}@${vhost}`);
});

test("a stack that only has a policy in somebody's vhost is told nothing of the broker", async () => {
  const policy = resource("rabbitmq:index/policy:Policy", `p@${vhost}`, { name: "p", vhost });
  expect(await look([policy])).toMatchObject({ undeclared: [], notCheckable: [], failures: [] });
});
