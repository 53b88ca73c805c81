import { readFileSync, writeFileSync } from "node:fs";

import { declareQueue, isAllowed, logIn } from "./support/amqp";
import { Environment } from "./support/environment";
import { readFrom } from "./support/tls";

interface Outputs {
  readonly mig: { readonly caCertificate: string };
  readonly passwords: { readonly mig: { readonly broker: Readonly<Record<"agent", string>> } };
}

interface Relay {
  hosts: string[];
  generation: 3 | 4;
}

const MINUTE = 60_000;
const NODES = ["relay1", "agent1", "agent2"];
const NEW = "agent2";
const COOKIE = "/var/lib/rabbitmq/.erlang.cookie";
const QUEUE = "mig.agt.linux.agent3.x1";
/** One epmd of this machine knows all nodes, so that names have to differ before the @ too. */
const nodes = (hosts: readonly string[]) => hosts.map((host) => `${host}@${host}`).sort();

/** Three nodes of the relay, two schedulers, and agents that share a certificate. */
const SECTION = {
  relay: { hosts: NODES, nodeName: "{name}@{name}", bind: "address", generation: 3 },
  // Seen from the server, every host of the lab is this machine.
  database: { host: "db1", bind: "address", clients: ["127.0.0.1/32"] },
  scheduler: { hosts: ["api1", "db1"] },
  api: { host: "api1", publicUrl: "http://localhost:12345" },
  agents: { hosts: ["agent3"], certificate: "shared" },
};

let environment: Environment;
let outputs: Outputs;

beforeAll(async () => {
  environment = await Environment.start("cluster", { mig: SECTION }, { moreBrokers: NODES.slice(1) });
  await up();
  outputs = await environment.outputs<Outputs>();
}, 5 * MINUTE);

afterAll(async () => environment?.stop(), MINUTE);

const on = (name: string) => environment.host(name);

async function up(): Promise<string> {
  const { code, stdout, stderr } = await environment.operate("up", "--yes");
  if (code !== 0) throw new Error(`up ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}

function changeRelay(edit: (relay: Relay) => void): void {
  const file = JSON.parse(readFileSync(environment.configFile, "utf8")) as {
    config: { "groundwork:environment": { mig: { relay: Relay } } };
  };
  edit(file.config["groundwork:environment"].mig.relay);
  writeFileSync(environment.configFile, JSON.stringify(file));
}

/** What a node says of the cluster that it is in. */
async function clusterOf(name: string): Promise<{ running_nodes: string[]; disk_nodes: string[] }> {
  const { running_nodes, disk_nodes } = JSON.parse(
    await on(name).run("rabbitmqctl -q cluster_status --formatter json"),
  ) as { running_nodes: string[]; disk_nodes: string[] };
  return { running_nodes: running_nodes.sort(), disk_nodes: disk_nodes.sort() };
}

const together = (hosts: readonly string[]) => ({ running_nodes: nodes(hosts), disk_nodes: nodes(hosts) });

/** A queue, at the broker's management API: declared as it is given, else asked for. */
async function management(queue: string, declared?: object): Promise<Response> {
  const { endpoint, username, password } = environment.facts.broker;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  const response = await fetch(`${endpoint}/api/queues/mig/${queue}`, {
    headers: { authorization, "content-type": "application/json" },
    ...(declared === undefined ? {} : { method: "PUT", body: JSON.stringify(declared) }),
  });
  if (!response.ok) throw new Error(`The broker answers HTTP ${response.status}.`);
  return response;
}

const queue = async (name: string) => (await (await management(name)).json()) as Record<string, unknown>;

test.each(NODES)("%s is in one cluster with the others, by the cookie that all have", async (name) => {
  expect(await clusterOf(name)).toEqual(together(NODES));
  expect(await on(name).run(`stat -c '%a %U' ${COOKIE}`)).toBe("400 rabbitmq");
  expect(await on(name).run(`cat ${COOKIE}`)).toBe(await on("relay1").run(`cat ${COOKIE}`));
  expect(await on(name).run("rabbitmqctl -s list_vhosts | sort")).toBe("/\nmig");
});

test("an agent logs in at every node, and its queue is held by all of them", async () => {
  const identity = {
    cert: await readFrom(on("agent3"), "/etc/mig/agent/agent-amqps.pem"),
    key: await readFrom(on("agent3"), "/etc/mig/agent/agent-amqps-key.pem"),
  };
  const { caCertificate: ca } = outputs.mig;
  const { agent: password } = outputs.passwords.mig.broker;
  for (const name of NODES) {
    const connection = await logIn({ host: on(name).address, server: name, user: "agent", password, ca, identity });
    expect(await isAllowed(connection, declareQueue(QUEUE))).toBe(true);
    await connection.close();
  }
  const { node, slave_nodes: mirrors } = await queue(QUEUE);
  expect([node, ...(mirrors as string[])].sort()).toEqual(nodes(NODES));
});

test("both schedulers have the same configuration, and a certificate each", async () => {
  const file = "/etc/mig/scheduler.cfg";
  expect(await on("db1").run(`cat ${file}`)).toBe(await on("api1").run(`cat ${file}`));
  const certificates = await Promise.all(
    ["api1", "db1"].map((name) => on(name).run("cat /etc/mig/scheduler/scheduler-amqps.pem")),
  );
  expect(new Set(certificates).size).toBe(2);
});

test("a second up changes nothing", async () => {
  expect(await environment.operate("up", "--yes", "--expect-no-changes")).toMatchObject({ code: 0, stderr: "" });
}, 60_000);

test(
  "a dead node that is removed is forgotten, and the others go on as they run",
  async () => {
    const running = (name: string) => on(name).run("pidof beam.smp");
    const before = [await running("relay1"), await running("agent1")];
    await on(NEW).run("kill -KILL $(pidof beam.smp)");
    changeRelay((relay) => (relay.hosts = ["relay1", "agent1"]));
    const stdout = await up();
    expect(stdout).toMatch(/Guard mig-relay-forget updated/);
    expect(await clusterOf("relay1")).toEqual(together(["relay1", "agent1"]));
    expect([await running("relay1"), await running("agent1")]).toEqual(before);
    expect(await on(NEW).run(`ls -d /etc/rabbitmq/certs /etc/rabbitmq/conf.d ${COOKIE} 2>&1 || :`)).toMatch(
      /certs.*\n.*conf\.d.*\n\S*cookie$/,
    );
  },
  2 * MINUTE,
);

test(
  "a node that comes new finds its peers by itself; where queues are quorum queues it gets its share of them",
  async () => {
    // As a machine that was installed anew: without the database of a cluster that has forgotten it.
    await on(NEW).run("rm -rf /var/lib/rabbitmq/mnesia/*");
    await management("mig.agt.quorum", { durable: true, arguments: { "x-queue-type": "quorum" } });
    changeRelay((relay) => {
      relay.hosts = NODES;
      relay.generation = 4;
    });
    const stdout = await up();
    expect(stdout).toMatch(/Policy mig-relay-policy-mig-mirror-all deleted/);
    expect(await clusterOf(NEW)).toEqual(together(NODES));
    const members = await on(NEW).run("rabbitmqctl -s list_queues -p mig type members | grep ^quorum");
    expect(members.match(/\w+@\w+/g)?.sort()).toEqual(nodes(NODES));
  },
  2 * MINUTE,
);

test.skip("queues are quorum queues by the vhost's default: needs RabbitMQ 4, which is not in Debian 12", () =>
  undefined);

test(
  "destroy takes the cluster apart: nodes that joined are empty again, the first keeps what it had",
  async () => {
    expect(await environment.operate("destroy", "--yes")).toMatchObject({ code: 0, stderr: "" });
    for (const name of NODES) {
      expect(await clusterOf(name)).toEqual(together([name]));
      expect(await on(name).run("rabbitmqctl -s list_vhosts")).toBe("/");
      expect(await on(name).run("ls /etc/rabbitmq")).toBe(
        "advanced.config\nenabled_plugins\nrabbitmq-env.conf\nrabbitmq.conf",
      );
    }
    const users = async (name: string) => (await on(name).run("rabbitmqctl -s list_users")).replace(/\t.*$/gm, "");
    expect(await users("relay1")).toBe("admin");
    expect(await users("agent1")).toBe("guest");
  },
  3 * MINUTE,
);
