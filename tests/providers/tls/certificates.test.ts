import { createTlsProvider } from "../../../providers/tls";
import { ALLOWED_USES } from "../../../providers/x509";
import type { PropertyMap } from "../../../providers/base/values";
import { createBench, makePlain } from "./support";
import type { Bench } from "./support";

const provider = createTlsProvider();
let bench: Bench;
beforeEach(() => (bench = createBench()));
afterEach(() => bench.remove());

const newKey = async (inputs: PropertyMap = { algorithm: "ED25519" }): Promise<string> =>
  (await makePlain(provider, "key", inputs))["privateKeyPem"] ?? "";

const describeCertificate = (name: string): string =>
  bench.run("openssl", "x509", "-in", name, "-noout", "-text", "-nameopt", "RFC2253,sep_comma_plus_space");

async function selfSigned(inputs: PropertyMap): Promise<string> {
  const cert = await makePlain(provider, "selfSigned", { validityPeriodHours: 24, allowedUses: [], ...inputs });
  bench.put("self.pem", cert["certPem"] ?? "");
  return describeCertificate("self.pem");
}

const ALGORITHMS: readonly { key: PropertyMap; signature: string }[] = [
  { key: { algorithm: "RSA", rsaBits: 1024 }, signature: "sha256WithRSAEncryption" },
  { key: { algorithm: "ECDSA", ecdsaCurve: "P224" }, signature: "ecdsa-with-SHA256" },
  { key: { algorithm: "ECDSA", ecdsaCurve: "P256" }, signature: "ecdsa-with-SHA256" },
  { key: { algorithm: "ECDSA", ecdsaCurve: "P384" }, signature: "ecdsa-with-SHA384" },
  { key: { algorithm: "ECDSA", ecdsaCurve: "P521" }, signature: "ecdsa-with-SHA512" },
  { key: { algorithm: "ED25519" }, signature: "ED25519" },
];

it.each(ALGORITHMS)("signs requests and certificates that openssl accepts with $key", async ({ key, signature }) => {
  const caKey = await newKey(key);
  const ca = await makePlain(provider, "selfSigned", {
    privateKeyPem: caKey,
    isCaCertificate: true,
    validityPeriodHours: 24,
    allowedUses: ["cert_signing", "crl_signing"],
    subject: { commonName: "CA" },
  });
  const request = await makePlain(provider, "request", {
    privateKeyPem: await newKey(key),
    subject: { commonName: "leaf", organization: "Org", emailAddress: "a@b.example" },
    dnsNames: ["leaf.example", "*.leaf.example"],
    ipAddresses: ["10.0.0.1", "2001:db8::5:0:1", "::ffff:1.2.3.4", "::1"],
    uris: ["spiffe://example/leaf"],
  });
  const leaf = await makePlain(provider, "signed", {
    certRequestPem: request["certRequestPem"] ?? "",
    caPrivateKeyPem: caKey,
    caCertPem: ca["certPem"] ?? "",
    validityPeriodHours: 12,
    allowedUses: ["server_auth"],
  });
  bench.put("ca.pem", ca["certPem"] ?? "");
  bench.put("leaf.pem", leaf["certPem"] ?? "");
  bench.put("leaf.csr", request["certRequestPem"] ?? "");

  expect(bench.run("openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", "ca.pem", "leaf.pem")).toBe(
    "leaf.pem: OK\n",
  );
  expect(bench.run("openssl", "req", "-in", "leaf.csr", "-verify", "-noout", "-subject")).toContain(
    "emailAddress = a@b",
  );
  const text = describeCertificate("leaf.pem");
  expect(text).toContain(`Signature Algorithm: ${signature}`);
  expect(text).toContain("Subject: CN=leaf, O=Org\n");
  expect(text).toContain(
    "DNS:leaf.example, DNS:*.leaf.example, IP Address:10.0.0.1, IP Address:2001:DB8:0:0:0:5:0:1, " +
      "IP Address:1.2.3.4, IP Address:0:0:0:0:0:0:0:1, URI:spiffe://example/leaf",
  );
  expect(text).toContain("X509v3 Basic Constraints: critical\n                CA:FALSE");
  expect(text).toContain("X509v3 Authority Key Identifier");
  expect(text).not.toContain("X509v3 Subject Key Identifier");
  expect(leaf["id"]).toBe(
    BigInt(
      `0x${/serial=(\w+)/.exec(bench.run("openssl", "x509", "-in", "leaf.pem", "-noout", "-serial"))?.[1]}`,
    ).toString(),
  );
});

/** What openssl calls each use. */
const USES: Readonly<Record<string, string>> = {
  any_extended: "Any Extended Key Usage",
  cert_signing: "Certificate Sign",
  client_auth: "TLS Web Client Authentication",
  code_signing: "Code Signing",
  content_commitment: "Non Repudiation",
  crl_signing: "CRL Sign",
  data_encipherment: "Data Encipherment",
  decipher_only: "Decipher Only",
  digital_signature: "Digital Signature",
  email_protection: "E-mail Protection",
  encipher_only: "Encipher Only",
  ipsec_end_system: "IPSec End System",
  ipsec_tunnel: "IPSec Tunnel",
  ipsec_user: "IPSec User",
  key_agreement: "Key Agreement",
  key_encipherment: "Key Encipherment",
  microsoft_commercial_code_signing: "Microsoft Commercial Code Signing",
  microsoft_kernel_code_signing: "1.3.6.1.4.1.311.61.1.1",
  microsoft_server_gated_crypto: "Microsoft Server Gated Crypto",
  netscape_server_gated_crypto: "Netscape Server Gated Crypto",
  ocsp_signing: "OCSP Signing",
  server_auth: "TLS Web Server Authentication",
  timestamping: "Time Stamping",
};

it("knows every documented use", () => expect(ALLOWED_USES).toEqual(Object.keys(USES)));

it("writes each use, alone, under the name that openssl has for it", async () => {
  const privateKeyPem = await newKey();
  const certificates = Object.keys(USES).map(async (use) => {
    const inputs = { privateKeyPem, validityPeriodHours: 1, allowedUses: [use], subject: { commonName: use } };
    return (await makePlain(provider, "selfSigned", inputs))["certPem"] ?? "";
  });
  bench.put("all.pem", (await Promise.all(certificates)).join(""));
  bench.run("openssl", "crl2pkcs7", "-nocrl", "-certfile", "all.pem", "-out", "all.p7");
  const text = bench.run("openssl", "pkcs7", "-in", "all.p7", "-print_certs", "-noout", "-text");
  const written = text
    .split("Certificate:\n")
    .slice(1)
    .map((one) => [
      /Subject: CN\s?=\s?(\w+)/.exec(one)?.[1],
      [...one.matchAll(/Key Usage: (?:critical)?\n +(.*)\n/g)].map((found) => found[1]).join(" and "),
    ]);
  expect(Object.fromEntries(written)).toEqual(USES);
});

it("writes the subject in the order of Go's pkix.Name, several streets as one name", async () => {
  const text = await selfSigned({
    privateKeyPem: await newKey(),
    subject: {
      commonName: "Größe",
      country: "DE",
      emailAddress: "a@b.example",
      locality: "Ort",
      organization: "Org",
      organizationalUnit: "Unit",
      postalCode: "12345",
      province: "Land",
      serialNumber: "7",
      streetAddresses: ["B 2", "A 1"],
    },
  });
  const backwards =
    "emailAddress=a@b.example, serialNumber=7, CN=Gr\\C3\\B6\\C3\\9Fe, postalCode=12345, street=B 2 + street=A 1, ST=Land, L=Ort, OU=Unit, O=Org, C=DE";
  expect(text).toContain(`Subject: ${backwards}\n`);
  expect(text).toContain(`Issuer: ${backwards}\n`);
});

const EXTENSIONS: readonly { title: string; inputs: PropertyMap; has: string[]; lacks: string[] }[] = [
  { title: "a leaf", inputs: {}, has: ["CA:FALSE"], lacks: ["Key Identifier", "Key Usage", "Alternative"] },
  {
    title: "a CA",
    inputs: { isCaCertificate: true, subject: { commonName: "CA" } },
    has: ["Basic Constraints: critical\n                CA:TRUE\n", "Subject Key Identifier"],
    lacks: ["Authority Key Identifier", "pathlen"],
  },
  {
    title: "a CA that may issue no CA",
    inputs: { isCaCertificate: true, subject: { commonName: "CA" }, maxPathLength: 0 },
    has: ["CA:TRUE, pathlen:0"],
    lacks: [],
  },
  {
    title: "a CA with two levels below it and an authority key identifier",
    inputs: { isCaCertificate: true, subject: { commonName: "CA" }, maxPathLength: 2, setAuthorityKeyId: true },
    has: ["CA:TRUE, pathlen:2", "Authority Key Identifier"],
    lacks: [],
  },
  {
    title: "a certificate without subject",
    inputs: { dnsNames: ["a.example"] },
    has: ["Subject: \n", "Subject Alternative Name: critical\n                DNS:a.example"],
    lacks: [],
  },
  {
    title: "a leaf with key identifiers",
    inputs: { setSubjectKeyId: true, setAuthorityKeyId: true, maxPathLength: -1 },
    has: ["Subject Key Identifier", "Authority Key Identifier"],
    lacks: ["pathlen"],
  },
];

it.each(EXTENSIONS)("gives $title its extensions", async ({ inputs, has, lacks }) => {
  const text = await selfSigned({ privateKeyPem: await newKey(), ...inputs });
  for (const part of has) expect(text).toContain(part);
  for (const part of lacks) expect(text).not.toContain(part);
});

it("begins at the clock's time, ends after the validity, and writes years from 2050 on in full", async () => {
  const clocked = createTlsProvider(() => new Date("2049-12-31T23:30:00.120Z"));
  const cert = await makePlain(clocked, "selfSigned", {
    privateKeyPem: await newKey(),
    validityPeriodHours: 1,
    allowedUses: [],
  });
  bench.put("cert.pem", cert["certPem"] ?? "");
  expect(cert).toMatchObject({
    validityStartTime: "2049-12-31T23:30:00.12Z",
    validityEndTime: "2050-01-01T00:30:00.12Z",
  });
  expect(bench.run("openssl", "x509", "-in", "cert.pem", "-noout", "-dates")).toBe(
    "notBefore=Dec 31 23:30:00 2049 GMT\nnotAfter=Jan  1 00:30:00 2050 GMT\n",
  );
});

it("signs a request that openssl made, under a CA that openssl made", async () => {
  bench.run(
    "openssl",
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-subj",
    "/CN=Outside/O=Ä/L=x",
    "-utf8",
  );
  bench.run(
    "openssl",
    "req",
    "-newkey",
    "rsa:1024",
    "-nodes",
    "-keyout",
    "leaf.key",
    "-out",
    "leaf.csr",
    "-subj",
    "/O=B/OU=1/OU=2/CN=first/CN=last",
    "-addext",
    "subjectAltName=DNS:d.example,email:x@y.example",
  );
  const cat = (name: string) => bench.run("cat", name);
  const leaf = await makePlain(provider, "signed", {
    certRequestPem: cat("leaf.csr"),
    caPrivateKeyPem: cat("ca.key"),
    caCertPem: cat("ca.pem"),
    validityPeriodHours: 1,
    allowedUses: [],
  });
  bench.put("leaf.pem", leaf["certPem"] ?? "");
  expect(bench.run("openssl", "verify", "-CAfile", "ca.pem", "leaf.pem")).toBe("leaf.pem: OK\n");
  expect(describeCertificate("leaf.pem")).toContain("Subject: CN=last, OU=2 + OU=1, O=B\n");
  expect(describeCertificate("leaf.pem")).toContain("Name: \n                DNS:d.example\n");
});
