import { PathClaims } from "../../../components/hosts";
import { Mmm, type MmmArgs } from "../../../components/platforms/mmm";
import { Lifetime, holdsName } from "../../../components/pki";
import { Recorder } from "../recorder";

const host = (name: string, last: number) => ({
  name,
  address: `10.0.0.${last}`,
  hostKey: "ssh-ed25519 AAAA",
});

function mmmArgs(change: Partial<MmmArgs> = {}): MmmArgs {
  return {
    claims: new PathClaims(),
    environment: "test",
    certificates: {
      organization: "Test",
      keyAlgorithm: "ECDSA-P256",
      authorityLifetime: Lifetime.years(10),
      lifetime: Lifetime.days(90),
    },
    series: 1,
    monitor: { host: { ...host("mon1", 9), fqdn: "mon1.example.net" }, names: ["192.168.0.9"] },
    agents: [{ host: host("db1", 1), names: ["192.168.0.31"] }, { host: host("mon1", 9) }],
    controls: [{ host: host("ops1", 8) }],
    ...change,
  };
}

async function declare(change: Partial<MmmArgs> = {}): Promise<Recorder> {
  const recorder = new Recorder();
  await recorder.run(() => new Mmm("mmm", mmmArgs(change)));
  return recorder;
}

const FILE_SET = "hosts:index:FileSet";

describe("the MMM platform", () => {
  let recorder: Recorder;
  beforeAll(async () => {
    recorder = await declare();
  });

  it("has one pair a host for client and server, which holds every name that it is dialled by", () => {
    const held = {
      db1: ["db1", "10.0.0.1", "192.168.0.31"],
      mon1: ["mon1", "10.0.0.9", "192.168.0.9"],
      ops1: ["ops1", "10.0.0.8"],
    };
    const type = "tls:index/locallySignedCert:LocallySignedCert";
    expect(
      recorder
        .ofType(type)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(Object.keys(held).map((name) => `mmm-${name}-certificate`));
    for (const [name, names] of Object.entries(held)) {
      const request = recorder.named("tls:index/certRequest:CertRequest", `mmm-${name}-request`).inputs;
      for (const each of names) expect(holdsName(request, each)).toBe(true);
      expect(recorder.named(type, `mmm-${name}-certificate`).inputs["allowedUses"]).toEqual([
        "digital_signature",
        "server_auth",
        "client_auth",
      ]);
    }
  });

  it("gives a host with two roles both configurations and one pair", () => {
    const files = recorder.named(FILE_SET, "mmm-mon1").inputs["files"] as { path: string }[];
    expect(files.map(({ path }) => path.replace("/usr/local/mmm/etc/", ""))).toEqual([
      "ssl/ca_crt.pem",
      "ssl/ssl_crt.pem",
      "ssl/ssl_key.pem",
      "mmm_agent.conf",
      "mmm_mon.conf",
    ]);
  });

  it("places the authority's key on no host", () => {
    expect(recorder.ofType(FILE_SET)).toHaveLength(3);
    for (const set of recorder.ofType(FILE_SET)) {
      expect(JSON.stringify(set.inputs)).not.toContain("PRIVATE KEY of mmmcakey");
    }
  });

  it("refuses what MMM would not start with", async () => {
    await expect(declare({ series: 2, verifyMode: 1 })).rejects.toThrow("mmm: verifyMode: MMM 2 does not know it");
  });
});
