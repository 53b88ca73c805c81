import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { Client } from "pg";

import { splitPem } from "../../components/pki";
import { AUTHORITY, OpensslCa } from "../support/openssl-ca";
import { FileStack, type Headquarters, SiteStack, headquarters } from "./environments/site";
import { logIn } from "./support/amqp";
import { Environment } from "./support/environment";
import { type Inventory, takeInventory } from "./support/inventory";
import { identityFrom, readFrom } from "./support/tls";

const MINUTE = 60_000;
const REGIONS = ["prod", "prod-us"] as const;
const INTERMEDIATE = ["basicConstraints=critical,CA:TRUE,pathlen:0", ...AUTHORITY.slice(1)];
const UP = ["up", "--yes", "--skip-preview"];
const DESTROY = ["destroy", "--yes", "--skip-preview"];
const OTHERS = ["/var/lib/groundwork", "/tmp", "/var/cache/icinga2", "/var/lib/icinga2/api"];
/** Of a test: there are thirty hosts, four brokers and four databases. */
jest.setTimeout(4 * MINUTE);

const installed = existsSync("/usr/share/icinga2-ido-pgsql/schema/pgsql.sql") && existsSync("/usr/sbin/icinga2");
const described = installed ? describe : describe.skip;

interface Outputs {
  readonly passwords: {
    readonly mig: { readonly broker: Record<string, string>; readonly database: Record<string, string> };
  };
  readonly mig: { readonly caCertificate: string };
}

type Settled = ReturnType<typeof settled>;

described("all environments side by side (needs icinga2-bin and icinga2-ido-pgsql)", () => {
  const ca = new OpensslCa();
  const root = ca.pair({ name: "Example Root CA" });
  const icinga = ca.pair({ name: "Icinga CA", kind: "rsa" });
  let office: Headquarters;
  let dev: Environment;
  const sites = new Map<string, SiteStack>();
  const before = new Map<string, Settled>();
  let standing = new Map<string, Settled>();
  const site = (name: string): SiteStack => {
    const found = sites.get(name);
    if (found === undefined) throw new Error(`There is no ${name}.`);
    return found;
  };
  const all = () => [["dev", dev] as const, ...sites];

  async function surveyed(): Promise<Map<string, Settled>> {
    return new Map(
      await Promise.all(all().map(async ([name, each]) => [name, settled(await takeInventory(each))] as const)),
    );
  }

  beforeAll(async () => {
    office = headquarters(root.cert);
    for (const name of ["staging", ...REGIONS]) sites.set(name, new SiteStack(name, office));
    const [started] = await Promise.all([Environment.start("dev"), ...[...sites.values()].map((each) => each.start())]);
    dev = started;
    for (const [name, inventory] of await surveyed()) before.set(name, inventory);
  });

  afterAll(async () => {
    await dev?.stop();
    ca.close();
  });

  it("production refuses to begin without its authorities, and says what makes them", async () => {
    const { code, stdout, stderr } = await site("prod").cli(["preview"]);
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain("mig.authority.key: is not set: groundwork ca csr mig");
    expect(stdout + stderr).toContain("icinga2.authority.certificate: is not set: groundwork ca import icinga2");
  });

  it("the offline root signs an intermediate for each region, and is made known to both", async () => {
    const pki = new FileStack("prod-pki", office);
    await pki.initialize();
    await pki.set("rootCertificate", root.cert);
    await pki.succeed("up", "--yes", "--skip-preview");
    for (const name of REGIONS) {
      const request = path.join(office.folder, `${name}.csr`);
      await site(name).succeed("ca", "csr", "mig", "--out", request);
      const signed = file(`${name}.pem`, ca.sign(readFileSync(request, "utf8"), root, INTERMEDIATE));
      await site(name).succeed("ca", "import", "mig", "--certificate", signed, "--root", office.rootFile);
    }
    const pair = ["--certificate", file("icinga.pem", icinga.cert), "--key", file("icinga.key", icinga.key)];
    await site("prod").succeed("ca", "import", "icinga2", ...pair);
    await site("staging").set("flockerStorageSecret", "wJalrXUtnFEMI+bPxRfiCYEXAMPLEKEY", "--secret");
  });

  it("each can be previewed as its file stands, at full size and without a connection", async () => {
    const previews = [...sites.values()].map((each) => each.asItStands().succeed("preview", "--suppress-outputs"));
    for (const shown of await Promise.all(previews)) expect(shown).toMatch(/\+ \d{3,} to create/);
  });

  it("they come up together", async () => {
    const results = await Promise.all([dev.operate(...UP), ...[...sites.values()].map((each) => each.cli(UP))]);
    for (const { code, stdout, stderr } of results) if (code !== 0) throw new Error(stdout + stderr);
    standing = await surveyed();
  });

  it("afterwards there is nothing to do", async () => {
    const preview = ["preview", "--refresh", "--expect-no-changes"];
    await Promise.all([...sites.values()].map((each) => each.succeed(...preview)));
  });

  it.each(REGIONS)("servers of %s show what leads to the root, to those who know nothing else", async (name) => {
    const leaves = { mq1: "/etc/rabbitmq/certs/mq1.pem", db1: "/etc/postgresql/*/main/certs/server.pem" };
    for (const [host, certificate] of Object.entries(leaves)) {
      const [leaf = "", ...shown] = splitPem(await readFrom(site(name).host(host), certificate));
      expect(ca.verify(leaf, root.cert, shown.join(""))).toBe("leaf.pem: OK");
      expect(ca.verify(leaf, root.cert)).toContain("unable to get local issuer certificate");
    }
  });

  it("a broker lets in agents of its region, is known by the shared root, and refuses logins of the other", async () => {
    const agent = async (name: string) => {
      const { passwords } = await site(name).outputs<Outputs>();
      const host = site(name).host(name === "staging" ? "web1" : "web001");
      const identity = await identityFrom(host, "/etc/mig/agent/agent-amqps.pem", "/etc/mig/agent/agent-amqps-key.pem");
      return { user: "agent", password: passwords.mig.broker["agent"] ?? "", ca: root.cert, identity };
    };
    const [european, american] = [await agent("prod"), await agent("prod-us")];
    const at = (name: string, server: string) => ({ host: site(name).host("mq1").address, server });
    const europe = at("prod", "mig.eu.example.net");
    await (await logIn({ ...european, ...europe })).close();
    await (await logIn({ ...american, ...at("prod-us", "mig.us.example.net") })).close();
    await expect(logIn({ ...american, ...europe })).rejects.toThrow("ACCESS-REFUSED");
    await expect(logIn({ ...european, ...europe, identity: undefined })).rejects.toThrow(/certificate required/);
    // Staging's authority is its own.
    const foreign = (await agent("staging")).identity;
    await expect(logIn({ ...european, ...europe, identity: foreign })).rejects.toThrow(/unknown ca/);
    await expect(logIn({ ...european, ...at("staging", "mq1") })).rejects.toThrow(/self-signed|issuer certificate/);
  });

  it("the database is verified by name up to the shared root", async () => {
    const { passwords } = await site("prod").outputs<Outputs>();
    const { address } = site("prod").host("db1");
    const ssl = { ca: root.cert, servername: "db1.eu.example.net" };
    const login = {
      host: address,
      port: 5432,
      user: "migapi",
      password: passwords.mig.database["migapi"],
      database: "mig",
    };
    const client = new Client({ ...login, ssl });
    await client.connect();
    expect((await client.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")).rows).toEqual([
      { ssl: true },
    ]);
    await client.end();
    await expect(
      new Client({ ...login, ssl: { ...ssl, servername: "db1" + ".example.org" } }).connect(),
    ).rejects.toThrow(/altnames/);
  });

  it("Icinga's daemon takes what its outside authority has signed, and the signing master alone has the key", async () => {
    const masters = [site("prod").host("mon1"), site("prod").host("mon2")];
    for (const host of masters) {
      expect((await host.exec("icinga2 daemon --validate")).code).toBe(0);
      const name = `${host.name}.eu.example.net`;
      const certificate = `/var/lib/icinga2/certs/${name}.crt`;
      const verify = `icinga2 pki verify --cert ${certificate} --cacert /var/lib/icinga2/certs/ca.crt 2>&1`;
      expect(await host.run(verify)).toContain("OK: Certificate with CN");
    }
    expect(await readFrom(site("prod").host("mon1"), "/var/lib/icinga2/ca/ca.key")).toBe(icinga.key);
    expect((await site("prod").host("mon2").exec("test -e /var/lib/icinga2/ca")).code).toBe(1);
  });

  it("a change of one, the end of another and a refusal touch nothing of the rest", async () => {
    site("prod-us").change((environment) => {
      (environment["mig"] as { agents: Record<string, unknown> }).agents["moduleTimeout"] = "200s";
    });
    const [changed, refused] = await Promise.all([
      site("prod-us").succeed(...UP),
      site("prod").cli(DESTROY),
      site("staging").succeed(...DESTROY),
    ]);
    expect(changed).toMatch(/~ 1 updated/);
    expect(refused.code).not.toBe(0);
    expect(refused.stdout + refused.stderr).toMatch(/protected/);

    const now = await surveyed();
    expect(now.get("dev")).toEqual(standing.get("dev"));
    expect(now.get("prod")).toEqual(standing.get("prod"));
    expect(now.get("prod-us")?.database).toEqual(standing.get("prod-us")?.database);
    expect(differences(now.get("prod-us"), standing.get("prod-us"))).toEqual(["web001 /etc/mig/mig-agent.cfg"]);
    expect(now.get("staging")).toEqual(before.get("staging"));
  });

  it("what is no longer protected can be destroyed, and leaves what was there before", async () => {
    await Promise.all([
      dev.operate(...DESTROY),
      ...REGIONS.map(async (name) => {
        site(name).change((environment) => (environment["protect"] = false));
        await site(name).succeed(...UP);
        await site(name).succeed(...DESTROY);
      }),
    ]);
    for (const [name, after] of await surveyed()) expect([name, after]).toEqual([name, before.get(name)]);
  });

  function file(name: string, text: string): string {
    const full = path.join(office.folder, name);
    writeFileSync(full, text, { mode: 0o600 });
    return full;
  }
});

/**
 * Without what is no stack's: what the hosts package remembers for a host that comes back, what Icinga's programs write
 * by themselves, and the broker's guest, whose deletion is not undone.
 */
function settled({ database, broker, files }: Inventory) {
  const kept = (all: Readonly<Record<string, string>>) =>
    Object.entries(all).filter(([path]) => !OTHERS.some((other) => path.startsWith(other)));
  return {
    database,
    broker: {
      vhosts: broker["vhosts"],
      listeners: broker["listeners"],
      users: broker.users.map(({ name }) => name).filter((name) => name !== "guest"),
      permissions: broker.permissions.filter(({ user }) => user !== "guest"),
    },
    files: Object.fromEntries(Object.entries(files).map(([host, all]) => [host, Object.fromEntries(kept(all))])),
  };
}

/** Files that are in one alone, or not the same in both. */
function differences(one: Settled | undefined, other: Settled | undefined): readonly string[] {
  return Object.entries(one?.files ?? {}).flatMap(([host, all]) => {
    const paths = new Set([...Object.keys(all), ...Object.keys(other?.files[host] ?? {})]);
    return [...paths].filter((each) => all[each] !== other?.files[host]?.[each]).map((each) => `${host} ${each}`);
  });
}
