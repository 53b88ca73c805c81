import { startTestBroker, startTestDatabase, startTestHosts, uniqueName } from "../support/servers";

test("a test broker answers its administrator by the management API and by rabbitmqctl", async () => {
  const broker = await startTestBroker();
  const authorization = `Basic ${Buffer.from(`${broker.username}:${broker.password}`).toString("base64")}`;
  const name = uniqueName("vhost");
  const url = `${broker.endpoint}/api/vhosts/${name}`;
  expect((await fetch(url, { method: "PUT", headers: { authorization } })).status).toBe(201);
  expect((await broker.ctl("list_vhosts")).split("\n")).toContain(name);
});

test("a test database runs statements of its superuser, by TLS if asked", async () => {
  const database = await startTestDatabase();
  const name = uniqueName("db");
  await database.query(`CREATE DATABASE ${name}`);
  expect(await database.query("SELECT current_database() AS name", name)).toEqual([{ name }]);
  expect(await database.query("SHOW ssl")).toEqual([{ ssl: "on" }]);
});

test("what is placed on one test host is neither on another nor on the machine", async () => {
  const [one, two] = await startTestHosts(2);
  if (one === undefined || two === undefined) throw new Error("two hosts were asked for");
  expect(one.hostKey).toMatch(/^ssh-ed25519 \S+$/);
  await one.run("echo here >/etc/placed");
  expect((await two.exec("cat /etc/placed")).code).toBe(1);
  await one.stop();
  await one.start();
  expect(await one.run("cat /etc/placed; hostname")).toBe("here\nhost1");
  await expect(one.run("touch /usr/bin/other")).rejects.toThrow(/Read-only file system/);
});
