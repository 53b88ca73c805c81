import { Mmm, type MmmArgs } from "../../../components/platforms/mmm";
import { holdsName } from "../../../components/pki";
import { Recorder } from "../recorder";
import { mmmArgs } from "./environment";

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
