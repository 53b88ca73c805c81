import { holdsName } from "../../../components/pki";
import { Icinga2, type Icinga2Args } from "../../../components/platforms/icinga2";
import { argsProblems } from "../../../components/platforms/icinga2/problems";
import { type Declared, Recorder } from "../recorder";
import { endpoint, icinga2Args } from "./environment";

interface PlacedFile {
  readonly path: string;
  readonly content: string;
  readonly owner: string;
  readonly mode: string;
  readonly kind: string;
  readonly adopt?: boolean;
}

const FILE_SET = "hosts:index:FileSet";
const NODES = ["master1", "master2", "sat1", "sat2", "agent1", "agent2", "agent3"];

async function declare(change: Partial<Icinga2Args> = {}): Promise<Recorder> {
  const recorder = new Recorder();
  await recorder.run(() => new Icinga2("icinga2", icinga2Args(change)));
  return recorder;
}

function hostOf({ inputs }: Declared): string {
  return (inputs["host"] as { name: string }).name;
}

function placed(recorder: Recorder, host: string): ReadonlyMap<string, PlacedFile> {
  const sets = recorder.ofType(FILE_SET).filter((set) => hostOf(set) === host);
  const files = sets.flatMap(({ inputs }) => inputs["files"] as readonly PlacedFile[]);
  return new Map(files.map((file) => [file.path, file]));
}

describe("Icinga 2", () => {
  let recorder: Recorder;
  beforeAll(async () => {
    recorder = await declare();
  });

  it("has an authority of its own by the daemon's name, with an RSA key and 15 years", () => {
    expect(recorder.named("tls:index/privateKey:PrivateKey", "icinga2-ca-key").inputs).toMatchObject({
      algorithm: "RSA",
      rsaBits: 4096,
    });
    expect(recorder.named("tls:index/selfSignedCert:SelfSignedCert", "icinga2-ca-certificate").inputs).toMatchObject({
      subject: { commonName: "Icinga CA" },
      isCaCertificate: true,
      validityPeriodHours: 15 * 365 * 24,
    });
  });

  it("places the authority's key on the signing master alone", () => {
    const holders = NODES.filter((host) =>
      [...placed(recorder, host).values()].some(({ content }) => content.includes("PRIVATE KEY of icinga2cakey")),
    );
    expect(holders).toEqual(["master1"]);
    expect(placed(recorder, "master1").get("/var/lib/icinga2/ca/ca.key")).toMatchObject({
      owner: "nagios",
      mode: "0600",
    });
  });

  it.each(NODES)("gives %s key, certificate and the authority by its own name, for nagios alone", (name) => {
    const files = placed(recorder, name);
    const certificates = "/var/lib/icinga2/certs";
    expect(files.get(`${certificates}/${name}.key`)).toMatchObject({ owner: "nagios", mode: "0600" });
    expect(files.get(`${certificates}/${name}.crt`)).toMatchObject({ owner: "nagios", mode: "0644" });
    expect(files.get(`${certificates}/ca.crt`)).toMatchObject({ content: "CA CERTIFICATE", mode: "0644" });
    const set = recorder.named(FILE_SET, `icinga2-${name}`).inputs;
    expect(set["directories"]).toEqual(
      expect.arrayContaining([{ path: certificates, owner: "nagios", group: "nagios", mode: "0700" }]),
    );
    expect(set["handlers"]).toEqual([{ name: "reload", action: "reload", unit: "icinga2" }]);
  });

  it("signs for 397 days, 60 of which are left at the renewal, for both ends of a connection", () => {
    const certificate = recorder.named("tls:index/locallySignedCert:LocallySignedCert", "icinga2-sat1-certificate");
    expect(certificate.inputs).toMatchObject({ validityPeriodHours: 397 * 24, earlyRenewalHours: 60 * 24 });
    expect(certificate.inputs["allowedUses"]).toEqual(expect.arrayContaining(["server_auth", "client_auth"]));
    const request = recorder.named("tls:index/certRequest:CertRequest", "icinga2-sat1-request").inputs;
    expect(request["subject"]).toEqual({ commonName: "sat1" });
    for (const name of ["sat1", "10.0.0.21"]) expect(holdsName(request, name)).toBe(true);
  });

  it("seeds a pair for those that get their certificate later, and a ticket for those that ask by one", () => {
    const kinds = Object.fromEntries(
      ["agent1", "agent2", "agent3"].map((name) => [
        name,
        placed(recorder, name).get(`/var/lib/icinga2/certs/${name}.crt`)?.kind,
      ]),
    );
    expect(kinds).toEqual({ agent1: "whole", agent2: "seed", agent3: "seed" });
    const tickets = recorder.ofType("hosts:index:Guard").filter(({ name }) => name.endsWith("-ticket"));
    expect(tickets.map(({ name }) => name)).toEqual(["icinga2-agent2-ticket"]);
    const environment = tickets[0]?.inputs["environment"] as Record<string, string>;
    expect(environment["TICKET"]).toMatch(/^[0-9a-f]{40}$/);
    expect(tickets[0]?.inputs["apply"]).not.toContain(environment["TICKET"]);
  });

  it("tells the signing master alone the salt of tickets", () => {
    const salted = NODES.filter((host) =>
      [...placed(recorder, host).values()].some(({ content }) => content.includes("TicketSalt")),
    );
    expect(salted).toEqual(["master1"]);
    expect(placed(recorder, "master1").get("/etc/icinga2/constants.conf")).toMatchObject({
      content: expect.stringContaining('const TicketSalt = "Password4icinga2ticketsalt"') as string,
      mode: "0600",
      adopt: true,
    });
    expect(placed(recorder, "master2").get("/etc/icinga2/constants.conf")).toMatchObject({ mode: "0640" });
  });

  it.each([
    ["master1", "checker notification ido-pgsql"],
    ["master2", "checker notification ido-pgsql"],
    ["sat1", "checker"],
    ["agent1", "checker"],
  ])("enables on %s the features %s", (host, expected) => {
    const features = ["checker", "notification", "ido-pgsql"].filter((feature) =>
      placed(recorder, host).get(`/etc/icinga2/features-enabled/${feature}.conf`)?.content.startsWith("object "),
    );
    expect(features.join(" ")).toBe(expected);
  });

  it("lets masters log in to the central database by a verified connection, and one of them write", () => {
    const [first, second] = ["master1", "master2"].map((host) =>
      placed(recorder, host).get("/etc/icinga2/features-enabled/ido-pgsql.conf"),
    );
    expect(first?.content).toBe(second?.content);
    expect(first).toMatchObject({ mode: "0600" });
    const role = recorder.named("postgresql:index/role:Role", "icinga2-ido-role-icinga2").inputs;
    expect(first?.content).toBe(
      [
        'object IdoPgsqlConnection "ido-pgsql" {',
        '  host = "db1.example.net"',
        "  port = 5432",
        '  user = "icinga2"',
        `  password = "${String(role["password"])}"`,
        '  database = "icinga2"',
        '  ssl_mode = "verify-full"',
        '  ssl_ca = "/etc/icinga2/ido-ca.crt"',
        "  enable_ha = true",
        "  failover_timeout = 60s",
        "}",
        "",
      ].join("\n"),
    );
    const server = recorder.named("tls:index/certRequest:CertRequest", "icinga2-ido-db1-request").inputs;
    expect(holdsName(server, "db1.example.net")).toBe(true);
    expect(recorder.named("hosts:index:Guard", "icinga2-ido-schema").inputs).toMatchObject({
      host: { name: "master1" },
      environment: { PGHOST: "db1.example.net", PGUSER: "icinga2", PGSSLMODE: "verify-full" },
    });
  });

  it("lets the reader read all tables and change none", () => {
    const grants = recorder.ofType("postgresql:index/grant:Grant").map(({ inputs }) => inputs);
    expect(grants.map(({ role, privileges }) => [role, privileges])).toEqual([["icingaweb", ["SELECT"]]]);
    expect(grants[0]?.["objects"]).toHaveLength(61);
  });

  it("leaves a server that another platform has set up its certificate and settings", async () => {
    const { ido } = icinga2Args();
    if (ido === undefined) throw new Error("no database");
    const other = new Recorder();
    await other.run(() => {
      const ready = new Icinga2("other", icinga2Args({ ido: undefined }));
      return new Icinga2("icinga2", icinga2Args({ ido: { ...ido, server: { kind: "shared", caPem: "MIG", ready } } }));
    });
    const { files } = other.named(FILE_SET, "icinga2-ido-db1").inputs as { files: readonly PlacedFile[] };
    expect(files.map(({ path, kind }) => `${kind} ${path}`)).toEqual(["block /etc/postgresql/15/main/pg_hba.conf"]);
    expect(placed(other, "master2").get("/etc/icinga2/ido-ca.crt")?.content).toBe("MIG");
  });

  it("uses an external database by the password that its user has", async () => {
    const { ido } = icinga2Args();
    if (ido === undefined) throw new Error("no database");
    const external = await declare({ ido: { ...ido, schema: "external", password: "THEIRS" } });
    expect(external.ofType("postgresql:index/database:Database")).toEqual([]);
    expect(external.ofType("postgresql:index/role:Role").map(({ inputs }) => inputs["name"])).toEqual(["icingaweb"]);
    expect(external.ofType("hosts:index:Guard").map(({ name }) => name)).toEqual(["icinga2-agent2-ticket"]);
    const config = placed(external, "master2").get("/etc/icinga2/features-enabled/ido-pgsql.conf");
    expect(config?.content).toContain('password = "THEIRS"');
  });
});

describe("Icinga's arguments", () => {
  it.each<[string, Partial<Icinga2Args>, string | undefined]>([
    ["nothing", {}, undefined],
    [
      "an elliptic authority",
      { certificates: { ...icinga2Args().certificates, authorityKeyAlgorithm: "ECDSA-P256" } },
      "ECDSA-P256 is no key for Icinga's authority",
    ],
    ["a signing master that is a satellite", { signingMaster: "sat1" }, "sat1 signs requests, and is no endpoint"],
    [
      "a signing master that would have to sign for itself",
      {
        zones: [
          {
            name: "master",
            endpoints: [endpoint("master1", 1, { certificate: "ticket" })],
            checker: true,
            notification: true,
          },
        ],
      },
      "master1 signs requests: it needs a certificate that is placed",
    ],
  ])("are judged for %s", (_, change, expected) => {
    const problems = argsProblems(icinga2Args(change));
    if (expected === undefined) expect(problems).toEqual([]);
    else expect(problems.join()).toContain(expected);
  });
});
