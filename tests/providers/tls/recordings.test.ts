import "reflect-metadata";
import { X509Certificate } from "@peculiar/x509";
import { createTlsProvider } from "../../../providers/tls";
import { fromWire, toWire } from "../../../providers/base/wire";
import { Secret, UNKNOWN } from "../../../providers/base/values";
import type { PropertyMap } from "../../../providers/base/values";
import { encodeSubject, parseCertificate, parseRequest, subjectKeyIdOf } from "../../../providers/x509";
import { stateId } from "../../../providers/tls/state-id";
import { encodeExtensions } from "../../../providers/x509/extensions";
import recordings from "./recordings.json";
import { diff, make, makePlain, read, TYPES } from "./support";
import type { Kind } from "./support";

/** Answers of the official provider (5.6.1), with private keys redacted. */
interface Recording {
  readonly inputs: PropertyMap;
  readonly checked: PropertyMap;
  readonly id: string;
  readonly outputs: PropertyMap;
}

function recorded(kind: Kind, name: string): Recording {
  const found = recordings.find((recording) => recording.type === TYPES[kind] && recording.name === name);
  const { inputs, checked, id, outputs } = fromWire(found ?? null) as PropertyMap;
  return { inputs, checked, id, outputs } as unknown as Recording;
}

const RECORDED: readonly { kind: Kind; name: string }[] = [
  { kind: "key", name: "ca-key" },
  { kind: "key", name: "leaf-key" },
  { kind: "request", name: "leaf-csr" },
  { kind: "selfSigned", name: "ca" },
  { kind: "signed", name: "leaf" },
];

const NOW = new Date("2026-11-22T03:30:20Z");
const provider = createTlsProvider(() => NOW);

/** The recorded inputs with real keys in place of the redacted ones. */
async function withRealKeys(kind: Kind, inputs: PropertyMap): Promise<PropertyMap> {
  const key = (await makePlain(provider, "key", { algorithm: "RSA", rsaBits: 1024 }))["privateKeyPem"] ?? "";
  if (kind === "signed") {
    const ca = { privateKeyPem: key, isCaCertificate: true, validityPeriodHours: 1, allowedUses: [] };
    const caCertPem =
      (await makePlain(provider, "selfSigned", { ...ca, subject: { commonName: "CA" } }))["certPem"] ?? "";
    return { ...inputs, caCertPem, caPrivateKeyPem: key };
  }
  return kind === "key" ? inputs : { ...inputs, privateKeyPem: key };
}

/** The shape of a value: what is there, of which type, and what is secret. */
const shape = (value: unknown): unknown => {
  if (Array.isArray(value)) return value;
  if (typeof value !== "object" || value === null) return value === null ? null : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shape(member)]));
};

describe.each(RECORDED)("the recorded $kind $name", ({ kind, name }) => {
  const recording = recorded(kind, name);

  it("has the outputs that ours has, in shape, secrets and bookkeeping", async () => {
    const { outputs } = await make(provider, kind, await withRealKeys(kind, recording.inputs));
    expect(shape(toWire(outputs))).toEqual(shape(toWire(recording.outputs)));
    expect(outputs["__pulumi_raw_state_delta"]).toEqual(recording.outputs["__pulumi_raw_state_delta"]);
    expect(outputs["__meta"]).toEqual(recording.outputs["__meta"]);
    expect(Object.keys(outputs)).toEqual(Object.keys(recording.outputs).sort());
  });

  it("checks to inputs with the same secrets", async () => {
    const inputs = await withRealKeys(kind, recording.inputs);
    const checked = await provider.check({ urn: "u", type: TYPES[kind], name, inputs });
    expect(shape(toWire(checked.inputs))).toEqual(shape(toWire(recording.checked)));
  });

  it("is unchanged under its own inputs, and after a refresh", async () => {
    const none = { changes: false, diffs: [], replaces: [] };
    expect(await diff(provider, kind, recording.checked, recording.outputs, recording.checked)).toEqual(none);
    const refreshed = await read(provider, kind, recording.checked, recording.outputs);
    expect(refreshed).toEqual({ id: "1", inputs: recording.checked, outputs: recording.outputs });
  });
});

const COMPUTED_OF_KEY = [
  "id",
  "privateKeyOpenssh",
  "privateKeyPem",
  "privateKeyPemPkcs8",
  "publicKeyFingerprintMd5",
  "publicKeyFingerprintSha256",
  "publicKeyOpenssh",
  "publicKeyPem",
];

const CHANGES: readonly { kind: Kind; name: string; change: PropertyMap; diffs: string[]; replaces: string[] }[] = [
  {
    kind: "signed",
    name: "leaf",
    change: { validityPeriodHours: 48 },
    diffs: ["validityPeriodHours"],
    replaces: ["validityPeriodHours"],
  },
  { kind: "signed", name: "leaf", change: { earlyRenewalHours: 2 }, diffs: ["earlyRenewalHours"], replaces: [] },
  {
    kind: "signed",
    name: "leaf",
    change: { earlyRenewalHours: 30 },
    diffs: ["earlyRenewalHours", "readyForRenewal"],
    replaces: ["readyForRenewal"],
  },
  {
    kind: "signed",
    name: "leaf",
    change: { certRequestPem: UNKNOWN },
    diffs: ["certRequestPem"],
    replaces: ["certRequestPem"],
  },
  { kind: "signed", name: "leaf", change: { maxPathLength: 0 }, diffs: ["maxPathLength"], replaces: ["maxPathLength"] },
  { kind: "signed", name: "leaf", change: { isCaCertificate: false }, diffs: [], replaces: [] },
  {
    kind: "key",
    name: "leaf-key",
    change: { ecdsaCurve: "P384" },
    diffs: ["ecdsaCurve", ...COMPUTED_OF_KEY],
    replaces: ["ecdsaCurve"],
  },
  {
    kind: "request",
    name: "leaf-csr",
    change: { privateKeyPem: new Secret(UNKNOWN) },
    diffs: ["privateKeyPem"],
    replaces: ["privateKeyPem"],
  },
  {
    kind: "request",
    name: "leaf-csr",
    change: { dnsNames: ["localhost"] },
    diffs: ["dnsNames"],
    replaces: ["dnsNames"],
  },
  { kind: "request", name: "leaf-csr", change: { uris: null }, diffs: ["uris"], replaces: ["uris"] },
  {
    kind: "selfSigned",
    name: "ca",
    change: { subject: { commonName: "x" } },
    diffs: ["subject"],
    replaces: ["subject"],
  },
];

it.each(CHANGES)(
  "answers a change of $name to $change with $diffs",
  async ({ kind, name, change, diffs, replaces }) => {
    const { checked, outputs } = recorded(kind, name);
    expect(await diff(provider, kind, checked, outputs, { ...checked, ...change })).toEqual({
      changes: diffs.length > 0,
      diffs,
      replaces,
    });
  },
);

it("updates in place what replaces nothing", async () => {
  const { id, checked, outputs } = recorded("signed", "leaf");
  const updated = await provider.update({
    urn: "u",
    type: TYPES.signed,
    name: "leaf",
    id,
    oldInputs: checked,
    oldOutputs: outputs,
    inputs: { ...checked, earlyRenewalHours: 2 },
    preview: false,
  });
  expect(updated.outputs).toEqual({ ...outputs, earlyRenewalHours: 2 });
});

it("previews a replacement as the official provider does", async () => {
  const { checked } = recorded("signed", "leaf");
  const preview = await provider.create({
    urn: "u",
    type: TYPES.signed,
    name: "leaf",
    inputs: { ...checked, validityPeriodHours: 48 },
    preview: true,
  });
  const unknown = ["caKeyAlgorithm", "certPem", "id", "maxPathLength", "validityEndTime", "validityStartTime"];
  expect(preview).toEqual({
    id: "",
    outputs: {
      ...checked,
      validityPeriodHours: 48,
      isCaCertificate: false,
      readyForRenewal: false,
      ...Object.fromEntries(unknown.map((name) => [name, UNKNOWN])),
    },
  });
});

it("gives the recorded ids of public data", () => {
  const key = recorded("key", "leaf-key");
  const request = recorded("request", "leaf-csr");
  const der = (pem: unknown) => Buffer.from(String(pem).replace(/-----.*-----|\n/g, ""), "base64");
  expect(stateId(der(key.outputs["publicKeyPem"]))).toBe(key.id);
  expect(stateId(der(request.outputs["certRequestPem"]))).toBe(request.id);
});

it("encodes the recorded certificates' subjects and extensions byte for byte", () => {
  const caPem = String(recorded("selfSigned", "ca").outputs["certPem"]);
  const leafPem = String(recorded("signed", "leaf").outputs["certPem"]);
  const ca = parseCertificate(caPem);
  const request = parseRequest(String(recorded("request", "leaf-csr").outputs["certRequestPem"]));
  const extensions = (pem: string) =>
    new X509Certificate(pem).extensions.map((one) => Buffer.from(one.rawData).toString("hex"));
  const hex = (all: readonly Buffer[]) => all.map((one) => one.toString("hex"));

  expect(ca.name).toEqual(
    encodeSubject({ commonName: "peer CA", organization: "Peer", country: "DE", organizationalUnit: "lab" }),
  );
  expect(extensions(caPem)).toEqual(
    hex(
      encodeExtensions({
        allowedUses: ["cert_signing", "crl_signing", "digital_signature"],
        isCa: true,
        subjectKeyId: subjectKeyIdOf(ca.publicKey),
        names: [],
        emptySubject: false,
      }),
    ),
  );
  expect(extensions(leafPem)).toEqual(
    hex(
      encodeExtensions({
        allowedUses: ["server_auth", "client_auth", "digital_signature"],
        isCa: false,
        subjectKeyId: subjectKeyIdOf(request.publicKey),
        authorityKeyId: subjectKeyIdOf(ca.publicKey),
        names: request.names,
        emptySubject: false,
      }),
    ),
  );
});
