import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { connect } from "node:tls";
import * as path from "node:path";
import { Client } from "pg";
import { Client as SshClient } from "ssh2";

import { type LabFacts, labDown, labFactsFile, labReset, labStatus, labUp, readLabFacts } from "../../lab";
import { runCommand } from "../../lab/command";
import { Host } from "../../lab/host";
import { processIds } from "../../lab/processes";
import { testLab } from "../support/servers";

const COMMAND = path.resolve(__dirname, "../../cli/bin/groundwork.js");
const MINUTES = 60_000;
const LISTENER = 5671;
const lab = testLab("first");
const beside = testLab("second");
let facts: LabFacts;

beforeAll(async () => {
  const [first, again] = await Promise.all([labUp(lab), labUp(lab), labUp(beside)]);
  facts = first.facts;
  // Two at once for one lab: one does the work, the other finds it done.
  expect([first.started, again.started].sort()).toEqual([false, true]);
}, 2 * MINUTES);

afterAll(async () => {
  await Promise.all([labReset(lab.directory), labReset(beside.directory)]);
}, MINUTES);

test("lab.json tells how to reach everything, to its owner alone", async () => {
  expect(statSync(labFactsFile(lab.directory)).mode & 0o777).toBe(0o600);
  expect(readLabFacts(lab.directory)).toEqual(facts);
  expect(Object.keys(facts.hosts)).toEqual(["relay1", "db1", "api1", "agent1", "agent2", "agent3"]);
  expect(await loginBySsh("agent2")).toBe("agent2 root");
  expect(await broker("/api/whoami")).toMatchObject({ name: "admin" });
  expect(await database("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")).toEqual([{ rolsuper: true }]);
});

test("a second lab beside has its own addresses, keys and passwords", () => {
  const other = readLabFacts(beside.directory);
  expect(other?.hosts.relay1?.address).toBe(`${beside.subnet}.11`);
  expect(other?.hosts.relay1?.hostKey).not.toBe(facts.hosts.relay1?.hostKey);
  expect(other?.broker.password).not.toBe(facts.broker.password);
});

test("a new broker has the guest account that every RabbitMQ starts with", async () => {
  const users = (await broker("/api/users")) as { name: string }[];
  expect(users.map(({ name }) => name).sort()).toEqual(["admin", "guest"]);
});

test("PostgreSQL reads a setting placed at its real path on a reload", async () => {
  const directory = `/etc/postgresql/${facts.database.version}/main/conf.d`;
  await host("db1").run(`echo "work_mem = 5MB" >${directory}/test.conf`);
  await host("db1").run("/usr/local/lib/groundwork/service reload postgresql");
  expect(await database("SHOW work_mem")).toEqual([{ work_mem: "5MB" }]);
  expect(existsSync(`${directory}/test.conf`)).toBe(false);
});

test("a unit that the lab does not run is a noted no-op", async () => {
  const output = await host("api1").run("/usr/local/lib/groundwork/service restart mig-scheduler");
  expect(output).toBe("mig-scheduler is not run in the lab: restart skipped");
});

test("killed processes come up again with what the lab kept, and RabbitMQ with the configuration placed since", async () => {
  await broker("/api/vhosts/kept", "PUT");
  await host("agent1").run("echo kept >/etc/kept");
  await host("relay1").run(
    `cat >/etc/rabbitmq/advanced.config <<'END'\n${tlsListener()}END\n${makeCertificate("one")}`,
  );
  process.kill(Number(host("agent1").processes()[0]), "SIGKILL");
  await host("relay1").run("kill -9 $(cat /run/rabbitmq/pid)");
  await host("db1").run("kill -9 $(head -n 1 /var/lib/postgresql/*/main/postmaster.pid)");
  expect(await downInLab()).toEqual(["RabbitMQ", "PostgreSQL", "agent1"]);

  expect((await labUp(lab)).started).toBe(true);
  expect(await downInLab()).toEqual([]);
  expect((await labUp(lab)).started).toBe(false);
  expect(readLabFacts(lab.directory)).toEqual(facts);
  expect(await broker("/api/vhosts/kept")).toMatchObject({ name: "kept" });
  expect(await host("agent1").run("cat /etc/kept")).toBe("kept");
  expect(await servedName()).toBe("one");
});

test("a reload of RabbitMQ makes a rotated certificate effective", async () => {
  await host("relay1").run(makeCertificate("two"));
  await host("relay1").run("/usr/local/lib/groundwork/service reload rabbitmq-server");
  expect(await servedName()).toBe("two");
});

test("a start of RabbitMQ that finds one on its way returns when it is ready", async () => {
  const service = "/usr/local/lib/groundwork/service";
  const begun = "until [ -e /run/rabbitmq/pid ]; do sleep 0.05; done";
  await host("relay1").run(
    `${service} stop rabbitmq-server; rm -f /run/rabbitmq/pid; ` +
      `(${service} start rabbitmq-server >/dev/null 2>&1 &); ${begun}; ${service} start rabbitmq-server`,
  );
  expect(await broker("/api/whoami")).toMatchObject({ name: "admin" });
});

test("lab exec runs a command on a host and ends with its exit code", async () => {
  const args = ["lab", "exec", "agent2", "--directory", lab.directory, "--", "hostname;", "exit", "3"];
  expect(await runCommand(process.execPath, [COMMAND, ...args])).toEqual({ code: 3, stdout: "agent2\n", stderr: "" });
  const nowhere = await runCommand(process.execPath, [COMMAND, "lab", "exec", "web1", "--directory", lab.directory]);
  expect(nowhere).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/no host web1: it has relay1, db1/) as string,
  });
});

test("down leaves neither a process nor a mount, and forgets nothing", async () => {
  expect(await labDown(lab.directory)).toBe(6);
  expect(tracesOf(lab.directory)).toEqual([]);
  expect(await labDown(lab.directory)).toBe(0);
  expect((await labStatus(lab.directory))?.some(({ up }) => up)).toBe(false);
  expect(readLabFacts(lab.directory)).toEqual(facts);
  expect((await labStatus(beside.directory))?.every(({ up, server }) => up && server?.up !== false)).toBe(true);
});

test("reset deletes what the lab kept", async () => {
  await labReset(lab.directory);
  expect(existsSync(lab.directory)).toBe(false);
  expect(await labStatus(lab.directory)).toBeUndefined();
});

function host(name: string): Host {
  const { address = "" } = facts.hosts[name] ?? {};
  return new Host({ name, address, directory: path.join(lab.directory, "hosts", name), authorizedKey: "" });
}

async function downInLab(): Promise<string[]> {
  const hosts = (await labStatus(lab.directory)) ?? [];
  return hosts.flatMap(({ name, up, server }) => [
    ...(up ? [] : [name]),
    ...(server === undefined || server.up ? [] : [server.name]),
  ]);
}

async function broker(route: string, method = "GET"): Promise<unknown> {
  const { endpoint, username, password } = facts.broker;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  const response = await fetch(endpoint + route, { method, headers: { authorization } });
  const body = await response.text();
  expect(response.ok).toBe(true);
  return body === "" ? undefined : JSON.parse(body);
}

async function database(sql: string): Promise<unknown[]> {
  const { host: address, port, username: user, password } = facts.database;
  const client = new Client({ host: address, port, user, password, ssl: { rejectUnauthorized: false } });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

function loginBySsh(name: string): Promise<string> {
  const { address = "", port, hostKey } = facts.hosts[name] ?? {};
  return new Promise((resolve, reject) => {
    const client = new SshClient();
    client.on("error", reject);
    client.on("ready", () => {
      client.exec("echo $(hostname) $(whoami)", (error, channel) => {
        if (error !== undefined) return reject(error);
        channel.on("data", (data: Buffer) => resolve(data.toString().trim()));
        channel.on("close", () => client.end());
      });
    });
    client.connect({
      host: address,
      port,
      username: facts.ssh.user,
      privateKey: facts.ssh.privateKey,
      hostVerifier: (key: Buffer) => hostKey === `ssh-ed25519 ${key.toString("base64")}`,
    });
  });
}

function tlsListener(): string {
  const { address = "" } = facts.hosts.relay1 ?? {};
  return `[{rabbit, [{ssl_listeners, [{"${address}", ${LISTENER}}]},
    {ssl_options, [{certfile, "/etc/rabbitmq/server.pem"}, {keyfile, "/etc/rabbitmq/server.key"}]}]}].\n`;
}

function makeCertificate(name: string): string {
  return (
    `cd /etc/rabbitmq && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=${name} ` +
    "-keyout server.key -out server.pem 2>/dev/null && chown rabbitmq server.key"
  );
}

function servedName(): Promise<string> {
  return new Promise((resolve, reject) => {
    const { address = "" } = facts.hosts.relay1 ?? {};
    const socket = connect({ host: address, port: LISTENER, rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

/** The processes that have to do with a folder, by arguments, working directory or mounts; and the machine's mounts in it. */
function tracesOf(directory: string): string[] {
  const machine = readFileSync("/proc/self/mountinfo", "utf8").includes(directory) ? ["a mount"] : [];
  const markers = readdirSync(path.join(directory, "hosts")).map(
    (name) => new Host({ name, address: "", directory: path.join(directory, "hosts", name), authorizedKey: "" }).marker,
  );
  const processes = processIds().filter((pid) =>
    ["cmdline", "mountinfo"].some((file) => {
      const text = contentOf(`/proc/${pid}/${file}`);
      return text.includes(directory) || markers.some((marker) => text.includes(marker));
    }),
  );
  return [...machine, ...processes.map((pid) => `process ${pid}`)];
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
