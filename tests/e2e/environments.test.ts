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
/** What the hosts package remembers for a host that comes back. */
const LEDGER = "/var/lib/groundwork";

const installed = existsSync("/usr/share/icinga2-ido-pgsql/schema/pgsql.sql") && existsSync("/usr/sbin/icinga2");
const described = installed ? describe : describe.skip;

interface Outputs {
  readonly passwords: {
    readonly mig: { readonly broker: Record<string, string>; readonly database: Record<string, string> };
  };
  readonly mig: { readonly caCertificate: string };
}

described("all environments side by side (needs icinga2-bin and icinga2-ido-pgsql)", () => {
  const ca = new OpensslCa();
  const root = ca.pair({ name: "Example Root CA" });
  const icinga = ca.pair({ name: "Icinga CA", kind: "rsa" });
  let office: Headquarters;
  let dev: Environment;
  const sites = new Map<string, SiteStack>();
  const before = new Map<string, Inventory>();
  let standing = new Map<string, Inventory>();
  const site = (name: string): SiteStack => {
    const found = sites.get(name);
    if (found === undefined) throw new Error(`There is no ${name}.`);
    return found;
  };
  const all = () => [["dev", dev] as const, ...sites];

  async function surveyed(): Promise<Map<string, Inventory>> {
    return new Map(await Promise.all(all().map(async ([name, each]) => [name, await takeInventory(each)] as const)));
  }

  beforeAll(async () => {
    office = headquarters(root.cert);
    for (const name of ["staging", ...REGIONS]) sites.set(name, new SiteStack(name, office));
    const [started] = await Promise.all([Environment.start("dev"), ...[...sites.values()].map((each) => each.start())]);
    dev = started;
    for (const [name, inventory] of await surveyed()) before.set(name, inventory);
  }, 3 * MINUTE);

  afterAll(async () => {
    await dev?.stop();
    ca.close();
  }, MINUTE);

  it("production refuses to begin without its authorities, and says what makes them", async () => {
    const { code, stdout, stderr } = await site("prod").cli(["preview"]);
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain("mig.authority.key: is not set: groundwork ca csr mig");
    expect(stdout + stderr).toContain("icinga2.authority.certificate: is not set: groundwork ca import icinga2");
  });

  it(
    "the offline root signs an intermediate for each region, and is made known to both",
    async () => {
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
    },
    MINUTE,
  );

  it(
    "each can be previewed as its file stands, at full size and without a connection",
    async () => {
      for (const each of sites.values()) {
        expect(await each.asItStands().succeed("preview", "--suppress-outputs")).toMatch(/\+ \d{3} to create/);
      }
    },
    MINUTE,
  );

  it(
    "they come up together",
    async () => {
      const up = ["up", "--yes", "--skip-preview"];
      const results = await Promise.all([dev.operate(...up), ...[...sites.values()].map((each) => each.cli(up))]);
      for (const { code, stdout, stderr } of results) if (code !== 0) throw new Error(stdout + stderr);
      standing = await surveyed();
    },
    3 * MINUTE,
  );

  it(
    "an up that finds nothing to do, of each",
    async () => {
      for (const each of [...sites.values()]) await each.succeed("preview", "--refresh", "--expect-no-changes");
    },
    MINUTE,
  );

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
      const host = site(name).host("web1");
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
      expect(
        await host.run(
          `icinga2 pki verify --cert ${certificate} --cacert /var/lib/icinga2/certs/ca.crt --cn ${name} 2>&1`,
        ),
      ).toContain("OK: Certificate with CN");
    }
    expect(await readFrom(site("prod").host("mon1"), "/var/lib/icinga2/ca/ca.key")).toBe(icinga.key);
    expect((await site("prod").host("mon2").exec("test -e /var/lib/icinga2/ca")).code).toBe(1);
  });

  it(
    "a change of one touches nothing of the others",
    async () => {
      site("staging").change((environment) => {
        (environment["mig"] as { agents: Record<string, unknown> }).agents["moduleTimeout"] = "200s";
      });
      expect(await site("staging").succeed("up", "--yes", "--skip-preview")).toMatch(/~ \d+ updated/);
      const now = await surveyed();
      for (const name of ["dev", ...REGIONS]) expect([name, now.get(name)]).toEqual([name, standing.get(name)]);
      expect(now.get("staging")?.files).not.toEqual(standing.get("staging")?.files);
    },
    MINUTE,
  );

  it(
    "production is not destroyed while it is protected",
    async () => {
      const { code, stdout, stderr } = await site("prod").cli(["destroy", "--yes", "--skip-preview"]);
      expect(code).not.toBe(0);
      expect(stdout + stderr).toMatch(/protected/);
      expect(await takeInventory(site("prod"))).toEqual(standing.get("prod"));
    },
    MINUTE,
  );

  it(
    "destroyed one after the other, each leaves what was there before, and the others as they are",
    async () => {
      for (const name of REGIONS) {
        site(name).change((environment) => (environment["protect"] = false));
        await site(name).succeed("up", "--yes", "--skip-preview");
      }
      const down = ["destroy", "--yes", "--skip-preview"];
      await site("staging").succeed(...down);
      const [, ...others] = all();
      expect(await takeInventory(dev)).toEqual(standing.get("dev"));
      for (const [name] of others.filter(([each]) => each !== "staging")) {
        expect(await takeInventory(site(name))).toEqual(standing.get(name));
      }
      await Promise.all([dev.operate(...down), ...REGIONS.map((name) => site(name).succeed(...down))]);
      for (const [name, after] of await surveyed()) {
        expect([name, withoutTraces(after)]).toEqual([name, withoutTraces(before.get(name))]);
      }
    },
    3 * MINUTE,
  );

  function file(name: string, text: string): string {
    const full = path.join(office.folder, name);
    writeFileSync(full, text, { mode: 0o600 });
    return full;
  }
});

/** Of the guest, whose deletion is not undone, and of what the hosts package remembers for a host that comes back. */
function withoutTraces(inventory: Inventory | undefined): unknown {
  const files = Object.entries(inventory?.files ?? {}).map(([host, all]) => [
    host,
    Object.fromEntries(Object.entries(all).filter(([each]) => !each.startsWith(LEDGER) && !each.startsWith("/tmp"))),
  ]);
  return { database: inventory?.database, files: Object.fromEntries(files) as unknown };
}
