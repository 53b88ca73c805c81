import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";

import { labFactsFile } from "../../lab";
import { authorizedKey, writeLabFacts } from "../../lab/facts";
import { Host, endHosts } from "../../lab/host";
import { shownResources } from "./support/diff";
import { Environment } from "./support/environment";

const MINUTE = 60_000;
const COUNT = 500;
const ONE = "agent250";
const NEW = "agent501";

const section = (agents: string[]) => ({
  relay: { hosts: ["relay1"], bind: "address" },
  // Seen from the server, every host of the lab is this machine.
  database: { host: "db1", bind: "address", clients: ["127.0.0.1/32"] },
  scheduler: { hosts: ["api1"], whitelist: ["re:linux\\.agent[0-9]{3}\\.[a-z0-9]+"] },
  api: { host: "api1", publicUrl: "http://localhost:12345" },
  agents: { hosts: agents, installService: false },
});

interface HostEntry {
  readonly name: string;
  readonly address: string;
  readonly port?: number;
  readonly fqdn?: string;
}

let environment: Environment;
let fleet: readonly Host[];

beforeAll(async () => {
  environment = await Environment.start("fleet", {});
  const { facts } = environment;
  const [, second = "", third = ""] = facts.subnet.split(".");
  const network = `127.${second}.[${Number(third) + 1}-${Number(third) + 2}].[1-251]`;
  fleet = await startFleet(`127.${second}`, Number(third));
  const known = fleet.map(({ name, address, port, hostKey }) => [name, { address, port, hostKey }] as const);
  writeLabFacts(environment.directory, { ...facts, hosts: { ...facts.hosts, ...Object.fromEntries(known) } });
  const servers = ["relay1", "db1", "api1"].map((name) => ({ name, address: facts.hosts[name]?.address ?? "" }));
  describeFleet([...servers, { name: "agent[001-502]", address: network, port: 2222 }], ["agent[001-500]"]);
}, 4 * MINUTE);

afterAll(async () => {
  await endHosts((fleet ?? []).map(({ directory }) => directory));
  await environment?.stop();
}, MINUTE);

/** Two hosts more than there are agents: one of them is an agent later. */
async function startFleet(network: string, last: number): Promise<readonly Host[]> {
  const key = authorizedKey(environment.facts.ssh.privateKey);
  const hosts = Array.from({ length: COUNT + 2 }, (_, index) => {
    const name = `agent${String(index + 1).padStart(3, "0")}`;
    const address = `${network}.${last + 1 + Math.floor(index / 251)}.${1 + (index % 251)}`;
    return new Host({ name, address, directory: path.join(environment.directory, "hosts", name), authorizedKey: key });
  });
  const waiting = [...hosts];
  const worker = async () => {
    for (let host = waiting.shift(); host !== undefined; host = waiting.shift()) await host.start({ fresh: true });
  };
  await Promise.all(Array.from({ length: 24 }, worker));
  return hosts;
}

function describeFleet(hosts: readonly HostEntry[], agents: string[]): void {
  const content = { lab: labFactsFile(environment.directory), hosts, mig: section(agents) };
  writeFileSync(environment.configFile, JSON.stringify({ config: { "groundwork:environment": content } }));
}

function edit(change: (file: { hosts: HostEntry[]; mig: ReturnType<typeof section> }) => void): void {
  const file = JSON.parse(readFileSync(environment.configFile, "utf8")) as {
    config: { "groundwork:environment": { hosts: HostEntry[]; mig: ReturnType<typeof section> } };
  };
  change(file.config["groundwork:environment"]);
  writeFileSync(environment.configFile, JSON.stringify(file));
}

/** How often each host's sshd has let somebody in. */
const logins = () =>
  new Map(
    fleet.map(({ name, directory }) => [
      name,
      readFileSync(path.join(directory, "host.log"), "utf8").match(/^Accepted publickey/gm)?.length ?? 0,
    ]),
  );

/** Runs `up`; gives what was done to resources that are no components, and at whose sshd it was heard. */
async function up(): Promise<{ steps: string[]; heard: string[] }> {
  const before = logins();
  const { code, stdout, stderr } = await environment.operate("up", "--yes", "--skip-preview", "--diff");
  if (code !== 0) throw new Error(`up ended with ${code}:\n${stdout.slice(-4000)}${stderr}`);
  const steps = shownResources(stdout)
    .map(({ op, urn }) => ({ op, type: urn.split("::")[2] ?? "", name: urn.split("::")[3] ?? "" }))
    .filter(({ type }) => !/(^|\$)groundwork:[^$]*$/.test(type))
    .map(({ op, name }) => `${op} ${name}`);
  const after = logins();
  const heard = [...after].filter(([name, count]) => count !== before.get(name)).map(([name]) => name);
  return { steps: steps.sort(), heard };
}

test(
  "500 agents of one line come up by one up, each with files of its own",
  async () => {
    const { heard } = await up();
    expect(heard).toHaveLength(COUNT);
    const contents = await Promise.all(
      ["agent001", ONE, "agent500"].map((name) =>
        fleet
          .find((host) => host.name === name)
          ?.run("sha256sum /etc/mig/agent/agent-amqps-key.pem /etc/mig/mig-agent.cfg"),
      ),
    );
    expect(new Set(contents.map((text) => text?.split("\n")[0])).size).toBe(3);
    expect(new Set(contents.map((text) => text?.split("\n")[1])).size).toBe(1);
  },
  4 * MINUTE,
);

test(
  "a change of one agent is one step, and nobody else is spoken to",
  async () => {
    edit(({ mig }) => Object.assign(mig.agents, { exceptions: { [ONE]: { moduleTimeout: "60s" } } }));
    expect(await up()).toEqual({ steps: [`update mig-agent-${ONE}`], heard: [ONE] });
  },
  2 * MINUTE,
);

test(
  "an agent that is added is its own steps, and one that is removed as well",
  async () => {
    const own = (op: string, name: string) =>
      ["certificate", "key", "request"]
        .map((part) => `${op} mig-agent-${name}-${part}`)
        .concat(`${op} mig-agent-${name}`);
    edit(({ mig }) => mig.agents.hosts.push(NEW));
    expect(await up()).toEqual({ steps: own("create", NEW).sort(), heard: [NEW] });
    edit(({ mig }) => mig.agents.hosts.pop());
    expect(await up()).toEqual({ steps: own("delete", NEW).sort(), heard: [NEW] });
    expect(await fleet.find(({ name }) => name === NEW)?.run("ls -d /etc/mig 2>/dev/null || :")).toBe("");
  },
  4 * MINUTE,
);
