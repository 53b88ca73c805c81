import { createTlsProvider } from "../../../providers/tls";
import { Secret, UNKNOWN } from "../../../providers/base/values";
import type { PropertyMap } from "../../../providers/base/values";
import { failuresOf, makePlain, TYPES } from "./support";
import type { Kind } from "./support";

const provider = createTlsProvider();

let keyPem: string;
let otherKeyPem: string;
let caPem: string;
let requestPem: string;
let namelessRequestPem: string;
beforeAll(async () => {
  const newKey = async () => (await makePlain(provider, "key", { algorithm: "ED25519" }))["privateKeyPem"] ?? "";
  keyPem = await newKey();
  otherKeyPem = await newKey();
  const ca = { privateKeyPem: keyPem, isCaCertificate: true, validityPeriodHours: 1, allowedUses: [] };
  caPem = (await makePlain(provider, "selfSigned", { ...ca, subject: { commonName: "CA" } }))["certPem"] ?? "";
  const request = (subject: PropertyMap) => makePlain(provider, "request", { privateKeyPem: keyPem, subject });
  requestPem = (await request({ commonName: "leaf" }))["certRequestPem"] ?? "";
  namelessRequestPem = (await request({}))["certRequestPem"] ?? "";
});

/** Inputs that are right, for each kind; a case changes some. */
const right = (kind: Kind): PropertyMap =>
  ({
    key: { algorithm: "RSA" },
    request: { privateKeyPem: keyPem },
    selfSigned: { privateKeyPem: keyPem, validityPeriodHours: 1, allowedUses: ["server_auth"] },
    signed: {
      certRequestPem: requestPem,
      caCertPem: caPem,
      caPrivateKeyPem: keyPem,
      validityPeriodHours: 1,
      allowedUses: ["server_auth"],
    },
  })[kind];

interface Case {
  readonly kind: Kind;
  readonly wrong: () => PropertyMap;
  readonly property: string;
  readonly reason: RegExp;
}

const CASES: readonly Case[] = [
  {
    kind: "key",
    wrong: () => ({ algorithm: null }),
    property: "algorithm",
    reason: /required property algorithm is missing/,
  },
  { kind: "key", wrong: () => ({ algorithm: "DSA" }), property: "algorithm", reason: /"DSA".*RSA, ECDSA, ED25519/ },
  { kind: "key", wrong: () => ({ ecdsaCurve: "P512" }), property: "ecdsaCurve", reason: /P224, P256, P384, P521/ },
  { kind: "key", wrong: () => ({ rsaBits: "2048" }), property: "rsaBits", reason: /must be a whole number/ },
  { kind: "key", wrong: () => ({ rsaBits: 2048.5 }), property: "rsaBits", reason: /must be a whole number/ },
  { kind: "key", wrong: () => ({ rsaBits: 512 }), property: "rsaBits", reason: /least is 1024/ },
  { kind: "key", wrong: () => ({ bits: 1 }), property: "bits", reason: /has no property "bits"/ },
  { kind: "key", wrong: () => ({ publicKeyPem: "x" }), property: "publicKeyPem", reason: /set by the provider/ },
  {
    kind: "request",
    wrong: () => ({ privateKeyPem: "x" }),
    property: "privateKeyPem",
    reason: /not a private key in PEM/,
  },
  {
    kind: "request",
    wrong: () => ({ privateKeyPem: caPem }),
    property: "privateKeyPem",
    reason: /begins with "CERTIFICATE"/,
  },
  {
    kind: "request",
    wrong: () => ({ privateKeyPem: keyPem.replace(/\n.{10}/, "\n") }),
    property: "privateKeyPem",
    reason: /damaged or encrypted/,
  },
  {
    kind: "request",
    wrong: () => ({ privateKeyPemWo: "x" }),
    property: "privateKeyPemWo",
    reason: /write-only.*use privateKeyPem/,
  },
  {
    kind: "request",
    wrong: () => ({ ipAddresses: ["10.0.0.1", "10.0.0"] }),
    property: "ipAddresses[1]",
    reason: /"10.0.0"/,
  },
  {
    kind: "request",
    wrong: () => ({ ipAddresses: ["fe80::1%eth0"] }),
    property: "ipAddresses[0]",
    reason: /not an IP/,
  },
  { kind: "request", wrong: () => ({ dnsNames: ["größe"] }), property: "dnsNames[0]", reason: /printable ASCII/ },
  { kind: "request", wrong: () => ({ dnsNames: "a" }), property: "dnsNames", reason: /list of strings/ },
  { kind: "request", wrong: () => ({ dnsNames: [7] }), property: "dnsNames[0]", reason: /must be a string/ },
  { kind: "request", wrong: () => ({ uris: ["http://["] }), property: "uris[0]", reason: /not a URI/ },
  {
    kind: "request",
    wrong: () => ({ subject: { cn: "x" } }),
    property: "subject.cn",
    reason: /subject has no property "cn"/,
  },
  { kind: "request", wrong: () => ({ subject: { commonName: 7 } }), property: "subject.commonName", reason: /string/ },
  { kind: "request", wrong: () => ({ subject: [] }), property: "subject", reason: /must be an object/ },
  {
    kind: "selfSigned",
    wrong: () => ({ allowedUses: ["tea"] }),
    property: "allowedUses[0]",
    reason: /"tea".*server_auth/,
  },
  {
    kind: "selfSigned",
    wrong: () => ({ validityPeriodHours: -1 }),
    property: "validityPeriodHours",
    reason: /least is 0/,
  },
  {
    kind: "selfSigned",
    wrong: () => ({ validityPeriodHours: 9e6 }),
    property: "validityPeriodHours",
    reason: /most is/,
  },
  {
    kind: "selfSigned",
    wrong: () => ({ isCaCertificate: "yes" }),
    property: "isCaCertificate",
    reason: /true or false/,
  },
  { kind: "selfSigned", wrong: () => ({ isCaCertificate: true }), property: "subject", reason: /needs a subject/ },
  {
    kind: "selfSigned",
    wrong: () => ({ setAuthorityKeyId: true }),
    property: "setAuthorityKeyId",
    reason: /setSubjectKeyId/,
  },
  {
    kind: "selfSigned",
    wrong: () => ({ maxPathLength: 1 }),
    property: "maxPathLength",
    reason: /CA certificates only/,
  },
  {
    kind: "signed",
    wrong: () => ({ caCertPem: keyPem }),
    property: "caCertPem",
    reason: /not PEM of type "CERTIFICATE"/,
  },
  {
    kind: "signed",
    wrong: () => ({ certRequestPem: caPem }),
    property: "certRequestPem",
    reason: /"CERTIFICATE REQUEST"/,
  },
  {
    kind: "signed",
    wrong: () => ({ certRequestPem: requestPem.replace(/\n.{12}/, "\n") }),
    property: "certRequestPem",
    reason: /damaged certificate request/,
  },
  {
    kind: "signed",
    wrong: () => ({ caPrivateKeyPem: otherKeyPem }),
    property: "caPrivateKeyPem",
    reason: /not the key of/,
  },
  {
    kind: "signed",
    wrong: () => ({ isCaCertificate: true, certRequestPem: namelessRequestPem }),
    property: "certRequestPem",
    reason: /subject that is not empty/,
  },
];

it.each(CASES)("refuses $property of $kind: $reason", async ({ kind, wrong, property, reason }) => {
  const failures = await failuresOf(provider, kind, { ...right(kind), ...wrong() });
  expect(failures).toEqual([{ property, reason: expect.stringMatching(reason) as string }]);
});

it.each(["key", "request", "selfSigned", "signed"] as const)(
  "accepts right inputs of %s, and any of them unknown",
  async (kind) => {
    expect(await failuresOf(provider, kind, right(kind))).toEqual([]);
    for (const name of Object.keys(right(kind))) {
      expect(await failuresOf(provider, kind, { ...right(kind), [name]: UNKNOWN })).toEqual([]);
    }
  },
);

it("accepts an authority whose subject becomes known later in part", async () => {
  const subject = { commonName: "CA", organizationalUnit: UNKNOWN };
  expect(await failuresOf(provider, "selfSigned", { ...right("selfSigned"), isCaCertificate: true, subject })).toEqual(
    [],
  );
});

it("accepts PEM with the line ends of Windows", async () => {
  const inputs = Object.entries(right("signed")).map(([name, value]) => [
    name,
    typeof value === "string" ? value.replaceAll("\n", "\r\n") : value,
  ]);
  expect(await failuresOf(provider, "signed", Object.fromEntries(inputs) as PropertyMap)).toEqual([]);
});

it("names each wrong property at once", async () => {
  const failures = await failuresOf(provider, "selfSigned", { allowedUses: ["tea"], validityPeriodHours: "1" });
  expect(failures.map((failure) => failure.property).sort()).toEqual([
    "allowedUses[0]",
    "privateKeyPem",
    "validityPeriodHours",
  ]);
});

it("marks private keys secret and shows none in a failure", async () => {
  const request = { urn: "u", type: TYPES.request, name: "it" };
  const checked = await provider.check({ ...request, inputs: { privateKeyPem: keyPem, dnsNames: ["a"] } });
  expect(checked.inputs).toEqual({ privateKeyPem: new Secret(keyPem), dnsNames: ["a"] });

  const damaged = keyPem.replace("-----BEGIN PRIVATE KEY-----\n", "");
  const failed = await provider.check({ ...request, inputs: { privateKeyPem: damaged } });
  expect(JSON.stringify(failed.failures)).not.toContain(keyPem.split("\n")[1]);
});

it("refuses a property of the provider that it does not have", async () => {
  const { failures } = await provider.checkConfig({
    urn: "u",
    type: "pulumi:providers:tls",
    name: "default",
    inputs: { version: "5.6.1", proxi: {} },
  });
  expect(failures).toEqual([{ property: "proxi", reason: 'the tls provider has no property "proxi"' }]);
});
