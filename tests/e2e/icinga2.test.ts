import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { Client } from "pg";

import { waitFor } from "../../lab/wait";
import { API_USERS, API_USERS_FILE, connectedEndpoints } from "./icinga2/api";
import { Environment } from "./support/environment";

interface Outputs {
  readonly icinga2: { readonly caCertificate: string };
  readonly passwords: {
    readonly icinga2: { readonly ticketSalt: string; readonly database: Readonly<Record<string, string>> };
  };
}

const MINUTE = 60_000;
const NODES = ["api1", "relay1", "agent1", "agent2", "agent3"];
const CERTIFICATES = "/var/lib/icinga2/certs";
/** What is there of Icinga on a host, but for what the daemon writes by itself. */
const LIST = `find /etc/icinga2 /var/lib/icinga2 -path /var/lib/icinga2/api -prune -o -path '*/certificate-requests*' -prune \\
  -o ! -name 'icinga2.state*' ! -name modified-attributes.conf -printf '%p %y %m %u:%g %l\\n' | sort
  find /etc/icinga2 -type f -exec sha256sum {} + | sort`;

interface Section {
  zones: { endpoints: { host: string; name?: string }[] }[];
  agents: { parent: string; hosts: string[]; certificate?: string }[];
}

/** Masters that stand in for one another, a satellite, and agents that get their certificates later. */
const SECTION = {
  bind: "address",
  zones: [
    { name: "master", endpoints: [{ host: "api1" }, { host: "relay1" }] },
    { name: "satellite", parent: "master", endpoints: [{ host: "agent1" }] },
  ],
  agents: [
    { parent: "satellite", hosts: ["agent2"], certificate: "ticket" },
    { parent: "satellite", hosts: ["agent3"], certificate: "authority" },
  ],
  // Seen from the server, every host of the lab is this machine.
  ido: { host: "db1", clients: ["127.0.0.1/32"], reader: "icingaweb" },
};

const installed = existsSync("/usr/sbin/icinga2") && existsSync("/usr/share/icinga2-ido-pgsql/schema/pgsql.sql");
/** `npm test` installs it where it can. */
const described = installed ? describe : describe.skip;

described("Icinga 2 from Debian, on what is placed (needs icinga2-bin and icinga2-ido-pgsql)", () => {
  let environment: Environment;
  let outputs: Outputs;
  const before = new Map<string, string>();

  beforeAll(async () => {
    environment = await Environment.start("icinga2", { icinga2: SECTION });
    for (const name of NODES) {
      const host = environment.host(name);
      await host.run(`cat >${API_USERS_FILE}`, { input: API_USERS });
      before.set(name, await host.run(LIST));
    }
    const up = await environment.operate("up", "--yes");
    if (up.code !== 0) throw new Error(`up ended with ${up.code}:\n${up.stdout}${up.stderr}`);
    outputs = await environment.outputs<Outputs>();
  }, 5 * MINUTE);

  afterAll(async () => environment?.stop(), MINUTE);

  /** Waits until a node is connected with exactly these. */
  async function expectConnected(name: string, others: readonly string[]): Promise<void> {
    const { address } = environment.host(name);
    let found: unknown = "nothing yet";
    await waitFor(
      async () => {
        found = await connectedEndpoints({ name, address }, outputs.icinga2.caCertificate).catch(String);
        return JSON.stringify(found) === JSON.stringify(others) ? true : undefined;
      },
      {
        subject: `${name}, connected with ${others.join(", ")}`,
        limit: MINUTE,
        interval: 500,
        explain: () => JSON.stringify(found),
      },
    );
  }

  function database(user: string): Promise<Client> {
    const { host, port } = environment.facts.database;
    const password = outputs.passwords.icinga2.database[user];
    const client = new Client({
      ...{ host, port, user, password, database: "icinga2" },
      ssl: { ca: outputs.icinga2.caCertificate },
    });
    return client.connect().then(() => client);
  }

  test.each(NODES)("the daemon on %s finds the configuration valid", async (name) => {
    const { code, stdout } = await environment.host(name).exec("icinga2 daemon --validate");
    expect(stdout).not.toMatch(/critical|warning/);
    expect(code).toBe(0);
  });

  test.each(NODES)("keys on %s are for the daemon alone", async (name) => {
    const listing = await environment.host(name).run(`stat -c '%a %U:%G %n' ${CERTIFICATES} ${CERTIFICATES}/*.[ck]*`);
    expect(listing.split("\n")).toEqual(
      [
        `700 nagios:nagios ${CERTIFICATES}`,
        ...[`644 nagios:nagios ${CERTIFICATES}/${name}.crt`, `600 nagios:nagios ${CERTIFICATES}/${name}.key`],
        `644 nagios:nagios ${CERTIFICATES}/ca.crt`,
      ].sort((a, b) => (a.split(" ")[2] ?? "").localeCompare(b.split(" ")[2] ?? "")),
    );
  });

  test("the authority is the daemon's own by name and form, and its key is on the signing master alone", async () => {
    const text = await environment.host("api1").run("openssl x509 -in /var/lib/icinga2/ca/ca.crt -noout -text");
    expect(text).toMatch(/Subject: CN = Icinga CA\n/);
    expect(text).toMatch(/X509v3 Basic Constraints: critical\s+CA:TRUE/);
    expect(text).toContain("Public-Key: (4096 bit)");
    const holders = await Promise.all(
      NODES.map(async (name) => (await environment.host(name).exec("test -e /var/lib/icinga2/ca")).code === 0 && name),
    );
    expect(holders.filter((name) => name !== false)).toEqual(["api1"]);
  });

  test("a certificate that is placed is one for both ends of a connection", async () => {
    const file = `${CERTIFICATES}/agent1.crt`;
    const text = await environment.host("agent1").run(`openssl x509 -in ${file} -noout -text`);
    expect(text).toMatch(/X509v3 Basic Constraints: critical\s+CA:FALSE/);
    expect(text).toContain("TLS Web Server Authentication, TLS Web Client Authentication");
    expect(text).toMatch(/DNS:agent1, IP Address:127/);
    expect(await environment.host("agent1").run(`icinga2 pki verify --cert ${file} --cn agent1`)).toContain("OK");
  });

  test(
    "masters, satellite and the agent with a ticket connect",
    async () => {
      await expectConnected("api1", ["agent1", "relay1"]);
      await expectConnected("relay1", ["agent1", "api1"]);
      await expectConnected("agent2", ["agent1"]);
    },
    2 * MINUTE,
  );

  test("the ticket brought its node a certificate of the authority, and is gone", async () => {
    const host = environment.host("agent2");
    const verified = await host.run(
      `icinga2 pki verify --cert ${CERTIFICATES}/agent2.crt --cacert ${CERTIFICATES}/ca.crt`,
    );
    expect(verified).toContain("OK");
    expect((await host.exec(`test -e ${CERTIFICATES}/ticket`)).code).not.toBe(0);
  });

  test(
    "the node with the authority alone asks by the connection of its parent, and connects once it is signed",
    async () => {
      const master = environment.host("api1");
      const fingerprint = await waitFor(
        async () => /^([0-9a-f]{64}) .*CN = agent3$/m.exec(await master.run("icinga2 ca list"))?.[1],
        { subject: "The request of agent3", limit: MINUTE, interval: 500 },
      );
      expect(await master.run(`icinga2 ca sign ${fingerprint}`)).toContain("Signed certificate for 'CN = agent3'");
      // The signed certificate goes down the tree as nodes connect anew.
      await environment.host("agent1").run("/usr/local/lib/groundwork/service reload icinga2");
      await expectConnected("agent3", ["agent1"]);
      await expectConnected("agent1", ["agent2", "agent3", "api1", "relay1"]);
    },
    2 * MINUTE,
  );

  test(
    "one of the masters writes into the central database, and the reader only reads it",
    async () => {
      const writer = await database("icinga2");
      try {
        const names = await waitFor(
          async () => {
            const { rows } = await writer.query<{ endpoint_name: string }>(
              "SELECT endpoint_name FROM icinga_programstatus",
            );
            return rows.length === 0 ? undefined : rows.map(({ endpoint_name: name }) => name);
          },
          { subject: "The first status in the central database", limit: MINUTE, interval: 500 },
        );
        expect(names).toHaveLength(1);
        expect(["api1", "relay1"]).toContain(names[0]);
      } finally {
        await writer.end();
      }
      const reader = await database("icingaweb");
      try {
        expect((await reader.query("SELECT name1 FROM icinga_objects LIMIT 1")).rows).toHaveLength(1);
        await expect(reader.query("DELETE FROM icinga_objects")).rejects.toThrow("permission denied");
      } finally {
        await reader.end();
      }
    },
    2 * MINUTE,
  );

  test("what the daemons have made of what was placed is no drift", async () => {
    const { code, stdout } = await environment.operate("preview", "--refresh", "--expect-no-changes", "--diff");
    expect(stdout).not.toMatch(/^ *[~+-] .*(FileSet|Guard)/m);
    expect(code).toBe(0);
  });

  /** Changes the section in the environment's file, and brings it up. */
  async function change(edit: (section: Section) => void): Promise<void> {
    const file = JSON.parse(readFileSync(environment.configFile, "utf8")) as {
      config: { "groundwork:environment": { icinga2: Section } };
    };
    edit(file.config["groundwork:environment"].icinga2);
    writeFileSync(environment.configFile, JSON.stringify(file));
    const up = await environment.operate("up", "--yes", "--skip-preview");
    expect(up).toMatchObject({ code: 0, stderr: "" });
  }

  test(
    "an agent that is removed takes what it had with it, and its parent knows it no more",
    async () => {
      await change(({ agents }) => agents.pop());
      expect(await environment.host("agent3").run(LIST)).toBe(before.get("agent3"));
      await expectConnected("agent1", ["agent2", "api1", "relay1"]);
    },
    2 * MINUTE,
  );

  test(
    "an agent that is added, with a certificate that is placed, connects",
    async () => {
      await change(({ agents }) => agents.push({ parent: "satellite", hosts: ["agent3"] }));
      await expectConnected("agent3", ["agent1"]);
    },
    2 * MINUTE,
  );

  test(
    "a satellite that is renamed is known by its new name to all, and the old one is gone",
    async () => {
      await change(({ zones }) => Object.assign(zones[1]?.endpoints[0] ?? {}, { name: "sat.example.net" }));
      const files = await environment.host("agent1").run(`ls ${CERTIFICATES}`);
      expect(files.split("\n").filter((name) => name.startsWith("agent1."))).toEqual([]);
      await expectConnected("api1", ["relay1", "sat.example.net"]);
      await expectConnected("agent3", ["sat.example.net"]);
    },
    2 * MINUTE,
  );

  test(
    "destroy leaves the package's own files and no key",
    async () => {
      const destroyed = await environment.operate("destroy", "--yes");
      expect(destroyed).toMatchObject({ code: 0, stderr: "" });
      for (const name of NODES) expect(await environment.host(name).run(LIST)).toBe(before.get(name));
    },
    2 * MINUTE,
  );
});
