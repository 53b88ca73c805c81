import { parse } from "yaml";

import { PathClaims } from "../../../components/hosts";
import { Flocker, type FlockerArgs } from "../../../components/platforms/flocker";
import { holdsName } from "../../../components/pki";
import { type Declared, Recorder } from "../recorder";
import { hostAt } from "../common-args";
import { flockerArgs } from "./environment";

interface PlacedFile {
  readonly path: string;
  readonly content: string;
  readonly owner: string;
  readonly mode: string;
}

const FILE_SET = "hosts:index:FileSet";

async function declare(change: Partial<FlockerArgs> = {}): Promise<Recorder> {
  const recorder = new Recorder();
  await recorder.run(() => new Flocker("flocker", flockerArgs(change)));
  return recorder;
}

const filesOf = ({ inputs }: Declared) => inputs["files"] as readonly PlacedFile[];
const request = (recorder: Recorder, name: string) =>
  recorder.named("tls:index/certRequest:CertRequest", `${name}-request`).inputs;
const subject = (recorder: Recorder, name: string) => request(recorder, name)["subject"];
const uses = (recorder: Recorder, name: string) =>
  recorder.named("tls:index/locallySignedCert:LocallySignedCert", `${name}-certificate`).inputs["allowedUses"];

describe("the Flocker platform", () => {
  let recorder: Recorder;
  beforeAll(async () => {
    recorder = await declare();
  });

  it("has an authority that signs for nodes alone and names the cluster", () => {
    expect(recorder.named("tls:index/selfSignedCert:SelfSignedCert", "flocker-ca-certificate").inputs).toMatchObject({
      subject: { commonName: "storage", organizationalUnit: "uuid of flockeruuid" },
      isCaCertificate: true,
      maxPathLength: 0,
      allowedUses: ["cert_signing", "crl_signing"],
    });
    expect(recorder.ofType("tls:index/privateKey:PrivateKey").map(({ inputs }) => inputs["rsaBits"])).toEqual(
      Array.from({ length: 7 }, () => 4096),
    );
  });

  it("names everyone as Flocker's own tool does, in the cluster's unit", () => {
    const unit = { organizationalUnit: "uuid of flockeruuid" };
    const keys = ["digital_signature", "key_encipherment"];
    expect(
      Object.fromEntries(
        [
          "control1-control",
          "control1-node",
          "node1-node",
          "node1-plugin",
          "ci1-user-ci",
          "administrator-user-alice",
        ].map((name) => [name, [subject(recorder, `flocker-${name}`), uses(recorder, `flocker-${name}`)]]),
      ),
    ).toEqual({
      "control1-control": [{ commonName: "control-service", ...unit }, [...keys, "server_auth"]],
      "control1-node": [{ commonName: "node-uuid of flockercontrol1uuid", ...unit }, keys],
      "node1-node": [{ commonName: "node-8eab4b8d-c0a2-4ce2-80aa-0709277a9a7a", ...unit }, keys],
      "node1-plugin": [{ commonName: "user-plugin", ...unit }, [...keys, "client_auth"]],
      "ci1-user-ci": [{ commonName: "user-ci", ...unit }, [...keys, "client_auth"]],
      "administrator-user-alice": [{ commonName: "user-alice", ...unit }, [...keys, "client_auth"]],
    });
  });

  it("makes a UUID where none is given, once a node", () => {
    expect(
      recorder
        .ofType("random:index/randomUuid:RandomUuid")
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["flocker-control1-uuid", "flocker-uuid"]);
  });

  it("lets the control service be dialled by the name that agents verify and all that it has", () => {
    const names = request(recorder, "flocker-control1-control");
    for (const name of ["control-service", "control.example.net", "control1", "10.0.0.11"]) {
      expect(holdsName(names, name)).toBe(true);
    }
    for (const set of recorder.ofType(FILE_SET)) {
      const agent = filesOf(set).find(({ path }) => path.endsWith("agent.yml"));
      if (agent === undefined) continue;
      const { "control-service": service } = parse(agent.content) as { "control-service": { hostname: string } };
      expect(holdsName(names, service.hostname)).toBe(true);
    }
  });

  it("gives a host with two roles both pairs in one folder", () => {
    const set = recorder.named(FILE_SET, "flocker-control1");
    expect(set.inputs["directories"]).toEqual([{ path: "/etc/flocker", mode: "0700", owner: "root", group: "root" }]);
    expect(filesOf(set).map(({ path, mode }) => `${path.replace("/etc/flocker/", "")} ${mode}`)).toEqual([
      "cluster.crt 0644",
      "control-service.crt 0644",
      "control-service.key 0600",
      "node.crt 0644",
      "node.key 0600",
      "agent.yml 0600",
    ]);
  });

  it("keeps the cluster's key from every host, and gives it to the administrator", () => {
    const sets = recorder.ofType(FILE_SET);
    expect(sets.map(({ name }) => name).sort()).toEqual(["flocker-ci1", "flocker-control1", "flocker-node1"]);
    for (const set of sets) {
      expect(JSON.stringify(set.inputs)).not.toContain("PRIVATE KEY of flockercakey");
      expect(filesOf(set).map(({ path }) => path)).not.toContain("/etc/flocker/cluster.key");
    }
    const { inputs } = recorder.named("hosts:index:LocalFiles", "flocker-administrator");
    expect(inputs).toMatchObject({
      directory: "/home/ops/flocker",
      files: {
        "cluster.crt": "CA CERTIFICATE",
        "cluster.key": "PRIVATE KEY of flockercakey",
        "alice.crt": "CERTIFICATE of flockeradministratoruseralicecertificate",
        "alice.key": "PRIVATE KEY of flockeradministratoruseralicekey",
      },
    });
  });

  it("delivers the cluster's key nowhere without an administrator", async () => {
    const none = await declare({ administrator: undefined, users: [] });
    expect(none.ofType("hosts:index:LocalFiles")).toEqual([]);
  });

  it("adds secrets of the storage to agent.yml, which is for root alone", async () => {
    const secret = await declare({
      agent: { port: 5524, dataset: { backend: "aws", zone: "b" }, datasetSecrets: { secret_access_key: "S3CRET" } },
    });
    const agent = filesOf(secret.named(FILE_SET, "flocker-node1")).find(({ path }) => path.endsWith("agent.yml"));
    expect(parse(agent?.content ?? "")).toEqual({
      version: 1,
      "control-service": { hostname: "control.example.net", port: 5524 },
      dataset: { backend: "aws", zone: "b", secret_access_key: "S3CRET" },
    });
  });

  it("refuses two clusters on one host, by the path that both would place", async () => {
    const claims = new PathClaims();
    await new Recorder().run(() => {
      new Flocker("one", flockerArgs({ claims }));
      expect(() => new Flocker("two", flockerArgs({ claims }))).toThrow(
        "control1:/etc/flocker/cluster.crt is claimed by two-control1 and by one-control1",
      );
    });
  });

  it("refuses what cannot be, and names the place", async () => {
    const twice = [{ host: hostAt("a", 1) }, { host: hostAt("a", 1) }];
    await expect(declare({ nodes: twice })).rejects.toThrow("flocker: nodes.1.host: a is used twice");
  });
});
