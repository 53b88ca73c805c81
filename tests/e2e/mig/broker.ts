import type { ChannelModel } from "amqplib";
import { connect, type ConnectionOptions } from "node:tls";

import {
  bindQueue,
  consume,
  declareExchange,
  declareQueue,
  deleteExchange,
  deleteQueue,
  isAllowed,
  logIn,
  publish,
  type Use,
} from "../support/amqp";
import { brokerInventory } from "../support/inventory";
import { makeForeignIdentity } from "../support/openssl";
import type { Outputs, Scene } from "./scene";

type User = keyof Outputs["passwords"]["broker"];

/** Where each user's client certificate was placed; the API has none and shows the worker's. */
const IDENTITIES: Readonly<Record<User, readonly [host: string, file: string]>> = {
  scheduler: ["api1", "/etc/mig/scheduler/scheduler-amqps"],
  agent: ["agent1", "/etc/mig/agent/agent-amqps"],
  worker: ["api1", "/etc/mig/worker-agent-intel/worker-agent-intel-amqps"],
  api: ["api1", "/etc/mig/worker-agent-intel/worker-agent-intel-amqps"],
};

/** The seed's table. */
const PERMISSIONS: readonly (readonly [user: string, configure: string, write: string, read: string])[] = [
  ["admin", ".*", ".*", ".*"],
  ["agent", "^mig\\.agt\\.(linux|windows|darwin)\\..*$", ...twice("^mig(|\\.agt\\.(linux|windows|darwin)\\..*)$")],
  ["api", "^migevent\\..*$", ...twice("^migevent(|\\..*)$")],
  ["scheduler", "^mig(|(event|\\.agt)(|\\..*))$", ...twice("^mig(|event(|\\..*)|\\.(agt\\.(heartbeats|results)))$")],
  ["worker", "^migevent\\..*$", ...twice("^migevent(|\\..*)$")],
];

const OWN = "mig.agt.linux.agent1.x1";
const OTHERS = "mig.agt.linux.agent2.x2";
const EVENTS = "migevent.worker.agent-intel";

/** In this order: what one declares, the next ones use. */
const USES: readonly (readonly [User, "may" | "may not", string, Use])[] = [
  ["scheduler", "may", "declare the exchange mig", declareExchange("mig", "direct")],
  ["scheduler", "may", "declare the exchange migevent", declareExchange("migevent", "topic")],
  ["scheduler", "may", "declare the queue of heartbeats", declareQueue("mig.agt.heartbeats")],
  ["scheduler", "may", "bind the queue of heartbeats", bindQueue("mig.agt.heartbeats", "mig")],
  ["scheduler", "may", "read heartbeats", consume("mig.agt.heartbeats")],
  ["scheduler", "may", "send to agents", publish("mig", OWN)],
  ["scheduler", "may", "publish events", publish("migevent", "agent.new")],
  ["scheduler", "may not", "declare an exchange of another name", declareExchange("other", "direct")],
  ["scheduler", "may not", "declare a queue of another name", declareQueue("other")],

  ["agent", "may", "declare its queue", declareQueue(OWN)],
  ["agent", "may", "bind its queue", bindQueue(OWN, "mig")],
  ["agent", "may", "read from its queue", consume(OWN)],
  ["agent", "may", "send heartbeats", publish("mig", "mig.agt.heartbeats")],
  ["agent", "may not", "declare a queue of an operating system that MIG does not know", declareQueue("mig.agt.bsd.x")],
  ["agent", "may not", "declare the queue of heartbeats", declareQueue("mig.agt.heartbeats")],
  ["agent", "may not", "bind the queue of heartbeats", bindQueue("mig.agt.heartbeats", "mig")],
  ["agent", "may not", "read heartbeats", consume("mig.agt.heartbeats")],
  ["agent", "may not", "declare a queue for events", declareQueue(EVENTS)],
  ["agent", "may not", "publish events", publish("migevent", "agent.new")],
  ["agent", "may not", "bind its queue to events", bindQueue(OWN, "migevent")],
  ["agent", "may not", "publish by the default exchange", publish("", "mig.agt.heartbeats")],
  ["agent", "may not", "declare the exchange mig", declareExchange("mig", "direct")],
  ["agent", "may not", "delete the exchange mig", deleteExchange("mig")],

  ["worker", "may", "declare its queue", declareQueue(EVENTS)],
  ["worker", "may", "bind its queue to events", bindQueue(EVENTS, "migevent")],
  ["worker", "may", "read events", consume(EVENTS)],
  ["worker", "may not", "send to agents", publish("mig", OWN)],
  ["worker", "may not", "read from an agent's queue", consume(OWN)],
  ["worker", "may not", "declare the exchange migevent", declareExchange("migevent", "topic")],

  ["api", "may", "publish events", publish("migevent", "action.new")],
  ["api", "may not", "declare an agent's queue", declareQueue(OTHERS)],
  ["api", "may not", "send to agents", publish("mig", OWN)],

  ["scheduler", "may not", "read from an agent's queue", consume(OWN)],
  ["scheduler", "may", "delete an agent's stale queue", deleteQueue(OWN)],
];

export function brokerTests(scene: () => Scene): void {
  const connections = new Map<User, ChannelModel>();
  let foreign: { readonly cert: string; readonly key: string };

  beforeAll(async () => {
    foreign = await makeForeignIdentity();
    for (const user of ["scheduler", "agent", "worker", "api"] as const) {
      connections.set(user, await logIn({ ...login(user), identity: await placedIdentity(user) }));
    }
  });
  afterAll(() => Promise.all([...connections.values()].map((connection) => connection.close())));

  test.each(USES)("%s %s %s", async (user, verb, _what, use) => {
    const connection = connections.get(user);
    expect(connection).toBeDefined();
    if (connection !== undefined) expect(await isAllowed(connection, use)).toBe(verb === "may");
  });

  test("permissions are those of MIG's documentation", async () => {
    const listed = await scene().environment.host("relay1").run("rabbitmqctl --quiet list_permissions -p mig");
    const [, ...rows] = listed.split("\n").map((line) => line.split("\t"));
    expect(rows.sort()).toEqual(PERMISSIONS);
  });

  test("queues of mig are mirrored, and the operator has the tag of an administrator", async () => {
    const { policies, users } = await brokerInventory(scene().environment);
    expect(policies).toEqual([
      {
        vhost: "mig",
        name: "mig-mirror-all",
        pattern: "^mig\\.",
        "apply-to": "all",
        definition: { "ha-mode": "all" },
        priority: 0,
      },
    ]);
    expect(users.map(({ name, tags }) => [name, tags])).toEqual(
      expect.arrayContaining([
        ["admin", ["administrator"]],
        ["agent", []],
        ["scheduler", []],
      ]),
    );
  });

  test("guest was there and is gone", async () => {
    const names = ({ users }: { users: readonly { name: string }[] }) => users.map(({ name }) => name).sort();
    expect(names(scene().before.broker)).toEqual(["admin", "guest"]);
    expect(names(await brokerInventory(scene().environment))).toEqual(["admin", "agent", "api", "scheduler", "worker"]);
    const identity = await placedIdentity("agent");
    await expect(logIn({ ...login("agent"), user: "guest", password: "guest", identity })).rejects.toThrow("403");
  });

  test("a wrong password is refused to a client whose certificate is right", async () => {
    const identity = await placedIdentity("agent");
    await expect(logIn({ ...login("agent"), password: "wrong", identity })).rejects.toThrow("403");
  });

  test("without a certificate the handshake fails", async () => {
    await expect(handshake({})).resolves.toMatch(/certificate required/);
    await expect(handshake({ maxVersion: "TLSv1.2" })).resolves.toMatch(/handshake failure/);
  });

  test("with a certificate of another authority the handshake fails", async () => {
    await expect(handshake(foreign)).resolves.toMatch(/unknown ca/);
    await expect(handshake({ ...foreign, maxVersion: "TLSv1.2" })).resolves.toMatch(/unknown ca/);
  });

  test("TLS 1.2 and 1.3 are served, 1.1 is refused", async () => {
    const identity = await placedIdentity("agent");
    await expect(handshake({ ...identity, minVersion: "TLSv1.2", maxVersion: "TLSv1.2" })).resolves.toBe("TLSv1.2");
    await expect(handshake({ ...identity, minVersion: "TLSv1.3" })).resolves.toBe("TLSv1.3");
    // OpenSSL itself offers it at its lowest level of security only.
    const old = { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT:@SECLEVEL=0" } as const;
    await expect(handshake({ ...identity, ...old })).resolves.toMatch(/protocol version/);
  });

  function login(user: User) {
    const { environment, outputs } = scene();
    const host = environment.host("relay1").address;
    return { host, user, password: outputs.passwords.broker[user], ca: outputs.caCertificate };
  }

  async function placedIdentity(user: User) {
    const [host, file] = IDENTITIES[user];
    const [cert = "", key = ""] = await Promise.all(
      ["", "-key"].map((end) => scene().environment.host(host).run(`cat ${file}${end}.pem`)),
    );
    return { cert, key };
  }

  /**
   * The protocol when the server takes the client on, otherwise why not. With TLS 1.3 the server judges after the
   * client has done its part: that it was taken on shows by an answer to what it says.
   */
  function handshake(options: ConnectionOptions): Promise<string | null> {
    const { host, ca } = login("agent");
    return new Promise((resolve) => {
      const socket = connect({ host, port: 5671, ca, ...options }, () => socket.write("AMQP\0\0\x09\x01"));
      socket.on("data", () => {
        resolve(socket.getProtocol());
        socket.destroy();
      });
      socket.on("error", (error) => resolve(error.message));
      socket.on("close", () => resolve("closed without an answer"));
    });
  }
}

function twice(expression: string): [string, string] {
  return [expression, expression];
}
