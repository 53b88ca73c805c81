import { UNKNOWN, secret } from "../../../providers/base/values";
import type { PropertyMap } from "../../../providers/base/values";
import { OpensslCa } from "../../support/openssl-ca";
import type { Case } from "../case";
import type { Declared } from "../stack";

/** Authorities that somebody else has made. */
const openssl = new OpensslCa();
const OUTSIDE = {
  sound: openssl.pair({ name: "Sound", days: 15 * 365 + 3 }).cert,
  short: openssl.pair({ name: "Short", kind: "rsa", size: "1024" }).cert,
  curve: openssl.pair({ name: "Curve", size: "P-224" }).cert,
  long: openssl.pair({ name: "Long", days: 9131 }).cert,
};
openssl.close();

const CA_PEM = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIAUTHORITY\n-----END EC PRIVATE KEY-----\n";
const KEY = "tls:index/privateKey:PrivateKey";
const CA_USES = ["cert_signing", "crl_signing"];

/** An authority; in a preview its key is not known. */
function authority(name: string, pem: PropertyMap[string] = secret(CA_PEM), parent?: string): readonly Declared[] {
  const below = parent === undefined ? {} : { parent };
  return [
    {
      ...{ type: KEY, name: `${name}-key`, ...below },
      ...{ inputs: { algorithm: "ECDSA", ecdsaCurve: "P256" }, outputs: { privateKeyPem: pem } },
    },
    {
      ...{ type: "tls:index/selfSignedCert:SelfSignedCert", name, ...below },
      inputs: {
        ...{ privateKeyPem: pem, isCaCertificate: true, allowedUses: CA_USES },
        ...{ validityPeriodHours: 87_600, earlyRenewalHours: 8_760 },
      },
      madeFrom: { privateKeyPem: [`${name}-key`] },
    },
  ];
}

interface Leaf {
  readonly uses?: readonly string[];
  readonly request?: PropertyMap;
  readonly certificate?: PropertyMap;
  readonly parent?: string;
  readonly signer?: string;
}

function leaf(
  name: string,
  { uses = ["server_auth"], request = { dnsNames: ["db1"] }, ...more }: Leaf = {},
): readonly Declared[] {
  const below = more.parent === undefined ? {} : { parent: more.parent };
  return [
    { type: "tls:index/certRequest:CertRequest", name: `${name}-request`, ...below, inputs: { ...request } },
    {
      ...{ type: "tls:index/locallySignedCert:LocallySignedCert", name, ...below },
      inputs: {
        ...{ caPrivateKeyPem: secret(CA_PEM), certRequestPem: UNKNOWN, allowedUses: uses },
        ...{ validityPeriodHours: 2160, earlyRenewalHours: 720, ...more.certificate },
      },
      madeFrom: { certRequestPem: [`${name}-request`], caPrivateKeyPem: [`${more.signer ?? "ca"}-key`] },
    },
  ];
}

function fileSet(host: string, path: string, content: PropertyMap[string], from: readonly string[] = []): Declared {
  return {
    ...{ type: "hosts:index:FileSet", name: `files-${host}` },
    inputs: { host: { name: host }, files: [{ path, content, mode: "0600" }] },
    outputs: { files: UNKNOWN },
    madeFrom: { files: from },
  };
}

const MASTER = "/var/lib/icinga2/ca/ca.key";
const placed = (when: string, stack: readonly Declared[], fault?: Case["fault"]): Case => ({
  ...{ rule: "ca-key-on-no-host", when, stack: [...authority("ca"), ...stack], ...(fault && { fault }) },
});

const algorithm = (when: string, inputs: PropertyMap, words?: RegExp): Case => ({
  ...{ rule: "key-algorithm", when, stack: [{ type: KEY, name: "key", inputs }] },
  ...(words && { fault: ["key", words] }),
});

const lifetime = (when: string, certificate: PropertyMap, words?: RegExp): Case => ({
  ...{ rule: "certificate-lifetime", when, stack: [...authority("ca"), ...leaf("leaf", { certificate })] },
  ...(words && { fault: ["leaf", words] }),
});

const named = (when: string, given: Leaf, fault?: RegExp): Case => ({
  ...{ rule: "certificate-names", when, stack: [...authority("ca"), ...leaf("leaf", given)] },
  ...(fault && { fault: ["leaf", fault] }),
});

const signedBy = (rule: string, when: string, caCertPem: string, words?: RegExp): Case => ({
  ...{ rule, when, stack: [...authority("ca"), ...leaf("leaf", { certificate: { caCertPem } })] },
  ...(words && { fault: ["leaf", words] }),
});

export const PKI_CASES: readonly Case[] = [
  signedBy("key-algorithm", "for an authority from outside", OUTSIDE.sound),
  signedBy(
    "key-algorithm",
    "by an authority from outside whose key is short",
    OUTSIDE.short,
    /signs it RSA of 1024 bits/,
  ),
  signedBy(
    "key-algorithm",
    "by an authority from outside on a small curve",
    OUTSIDE.curve,
    /signs it the curve P224 is/,
  ),
  signedBy("certificate-lifetime", "for an authority from outside of fifteen years", OUTSIDE.sound),
  signedBy(
    "certificate-lifetime",
    "by an authority from outside that outlives all",
    OUTSIDE.long,
    /the authority that signs it lives 9131 days, longer than 5475 days/,
  ),
  placed("where hosts have certificates and keys of their own", [
    fileSet("db1", "/etc/ca.pem", "-----BEGIN CERTIFICATE-----", ["ca"]),
  ]),
  placed("on the one signing master of Icinga", [fileSet("master1", MASTER, secret(CA_PEM), ["ca-key"])]),
  placed("in a preview of the signing master", [fileSet("master1", MASTER, secret(UNKNOWN), ["ca-key"])]),
  placed(
    "by a file with the key",
    [fileSet("db1", "/etc/ca.key", secret(`${CA_PEM}\n`))],
    ["files-db1", /db1: \/etc\/ca\.key holds the key ca-key/],
  ),
  placed(
    "in a preview, by a file that is made from the key",
    [fileSet("db1", "/x", secret(UNKNOWN), ["ca-key"])],
    ["files-db1", /db1: one of the files holds the key ca-key/],
  ),
  placed(
    "by a command that has the key",
    [
      {
        ...{ type: "hosts:index:Guard", name: "guard" },
        inputs: { host: { name: "db1" }, environment: { KEY: secret(`x${CA_PEM}`) } },
      },
    ],
    ["guard", /db1: a command's environment/],
  ),
  {
    ...{ rule: "ca-key-on-no-host", when: "by the key of an authority from outside" },
    stack: [...leaf("leaf").slice(0, 1), fileSet("db1", "/x", secret(CA_PEM)), outside()],
    fault: ["files-db1", /db1: \/x holds the key signed/],
  },

  { rule: "ca-key-in-one-stack", when: "where certificates are shown", stack: authority("ca"), outputs: { ca: "PEM" } },
  {
    ...{ rule: "ca-key-in-one-stack", when: "by an output, secret or not", stack: authority("ca") },
    ...{ outputs: { trust: { key: secret(CA_PEM) } }, fault: ["stack", /the output trust holds a private key/] },
  },
  {
    ...{ rule: "ca-key-in-one-stack", when: "by a signature with the key of another stack" },
    stack: [
      { type: "pulumi:pulumi:StackReference", name: "pki" },
      { ...outside(), madeFrom: { caPrivateKeyPem: ["pki"] } },
    ],
    fault: ["signed", /signed has its caPrivateKeyPem from pki/],
  },

  {
    ...{ rule: "ca-for-one-platform", when: "with an authority each" },
    stack: [
      { type: "groundwork:mig:Mig", name: "mig" },
      ...authority("mig-ca", secret("A"), "mig"),
      ...leaf("mig-leaf", { parent: "mig", signer: "mig-ca" }),
      { type: "groundwork:mmm:Mmm", name: "mmm" },
      ...authority("mmm-ca", secret("B"), "mmm"),
      ...leaf("mmm-leaf", { parent: "mmm", signer: "mmm-ca", certificate: { caPrivateKeyPem: secret("B") } }),
    ],
  },
  {
    ...{ rule: "ca-for-one-platform", when: "by one that signs for two" },
    stack: [
      { type: "groundwork:mig:Mig", name: "mig" },
      ...authority("ca", secret(UNKNOWN), "mig"),
      ...leaf("mig-leaf", { parent: "mig" }),
      { type: "groundwork:mmm:Mmm", name: "mmm" },
      ...leaf("mmm-leaf", { parent: "mmm" }),
    ],
    fault: ["ca-key", /ca-key signs for mig \(groundwork:mig:Mig\) and mmm \(groundwork:mmm:Mmm\)/],
  },

  algorithm("for P-256", { algorithm: "ECDSA", ecdsaCurve: "P256" }),
  algorithm("for RSA of 4096 bits", { algorithm: "RSA", rsaBits: 4096 }),
  algorithm("for Ed25519", { algorithm: "ED25519" }),
  algorithm("by RSA of 1024 bits", { algorithm: "RSA", rsaBits: 1024 }, /RSA of 1024 bits is below 2048/),
  algorithm("by a curve that nobody chose", { algorithm: "ECDSA" }, /the curve P224 is none of/),
  algorithm("by an algorithm of its own", { algorithm: "DSA" }, /the algorithm DSA is not known/),

  lifetime("for 90 days", {}),
  lifetime("by more than 397 days", { validityPeriodHours: 400 * 24 }, /400 days is longer than 397 days/),
  lifetime("by one that nothing renews", { earlyRenewalHours: 0 }, /nothing renews it/),
  lifetime(
    "by one that is always renewed",
    { earlyRenewalHours: 2160 },
    /renewed 90 days before its end, but lives 90/,
  ),

  named("with a DNS name", {}),
  named("with an address that is not known yet", { request: { ipAddresses: UNKNOWN } }),
  named("for a client, which nobody dials", { uses: ["client_auth"], request: {} }),
  named("for a server without any", { request: {} }, /leaf has no Subject Alternative Names/),
  named(
    "for one that is both, with an empty list",
    { uses: ["client_auth", "server_auth"], request: { dnsNames: [] } },
    /leaf/,
  ),
];

/** A certificate that is signed with a key which no resource of the stack has made. */
function outside(): Declared {
  return {
    ...{ type: "tls:index/locallySignedCert:LocallySignedCert", name: "signed" },
    inputs: { caPrivateKeyPem: secret(CA_PEM), validityPeriodHours: 2160, earlyRenewalHours: 720 },
  };
}
