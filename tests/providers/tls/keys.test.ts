import { createTlsProvider } from "../../../providers/tls";
import { Secret, UNKNOWN } from "../../../providers/base/values";
import { parsePrivateKey } from "../../../providers/x509";
import { stateId } from "../../../providers/tls/state-id";
import type { PropertyMap } from "../../../providers/base/values";
import { createBench, make, makePlain, TYPES } from "./support";
import type { Bench } from "./support";

const provider = createTlsProvider();
let bench: Bench;
beforeEach(() => (bench = createBench()));
afterEach(() => bench.remove());

const KEYS: readonly { algorithm: string; inputs: PropertyMap; pem: string; ssh: string; curve: string }[] = [
  { algorithm: "RSA", inputs: { rsaBits: 1024 }, pem: "RSA PRIVATE KEY", ssh: "1024", curve: "P224" },
  { algorithm: "ECDSA", inputs: { ecdsaCurve: "P256" }, pem: "EC PRIVATE KEY", ssh: "256", curve: "P256" },
  { algorithm: "ECDSA", inputs: { ecdsaCurve: "P384" }, pem: "EC PRIVATE KEY", ssh: "384", curve: "P384" },
  { algorithm: "ECDSA", inputs: { ecdsaCurve: "P521" }, pem: "EC PRIVATE KEY", ssh: "521", curve: "P521" },
  { algorithm: "ED25519", inputs: {}, pem: "PRIVATE KEY", ssh: "256", curve: "P224" },
];

describe.each(KEYS)("a private key $algorithm $inputs", ({ algorithm, inputs, pem, ssh, curve }) => {
  it("is one key in every format, as openssl and ssh-keygen read it", async () => {
    const key = await makePlain(provider, "key", { algorithm, ...inputs });
    bench.put("key.pem", key["privateKeyPem"] ?? "");
    bench.put("key.pkcs8", key["privateKeyPemPkcs8"] ?? "");
    bench.put("key.ssh", key["privateKeyOpenssh"] ?? "");
    bench.put("key.pub", key["publicKeyOpenssh"] ?? "");

    expect(key["privateKeyPem"]).toMatch(new RegExp(`^-----BEGIN ${pem}-----\n`));
    expect(bench.run("openssl", "pkey", "-in", "key.pem", "-pubout")).toBe(key["publicKeyPem"]);
    expect(bench.run("openssl", "pkey", "-in", "key.pkcs8", "-pubout")).toBe(key["publicKeyPem"]);
    expect(bench.run("ssh-keygen", "-yf", "key.ssh").trim()).toBe(key["publicKeyOpenssh"]?.trim());
    expect(bench.run("ssh-keygen", "-lf", "key.pub").split(" ").slice(0, 2)).toEqual([
      ssh,
      key["publicKeyFingerprintSha256"],
    ]);
    expect(bench.run("ssh-keygen", "-E", "md5", "-lf", "key.pub")).toContain(`MD5:${key["publicKeyFingerprintMd5"]}`);
    expect(key["ecdsaCurve"]).toBe(curve);
  });
});

it("has curve P224 by default, which OpenSSH does not know", async () => {
  const key = await makePlain(provider, "key", { algorithm: "ECDSA" });
  bench.put("key.pem", key["privateKeyPem"] ?? "");
  expect(bench.run("openssl", "pkey", "-in", "key.pem", "-noout", "-text")).toContain("secp224r1");
  for (const name of ["privateKeyOpenssh", "publicKeyOpenssh", "publicKeyFingerprintMd5"]) expect(key[name]).toBe("");
});

it("keeps private halves secret and says nothing of them in a preview", async () => {
  const { outputs } = await make(provider, "key", { algorithm: "ED25519" });
  for (const name of ["privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh"]) {
    expect(outputs[name]).toBeInstanceOf(Secret);
  }
  expect(JSON.stringify(outputs)).not.toContain("PRIVATE KEY");

  const preview = await make(provider, "key", { algorithm: "RSA" }, true);
  expect(preview).toEqual({
    id: "",
    outputs: {
      algorithm: "RSA",
      ecdsaCurve: "P224",
      rsaBits: 2048,
      ...Object.fromEntries(
        ["privateKeyOpenssh", "privateKeyPem", "privateKeyPemPkcs8"].map((n) => [n, new Secret(UNKNOWN)]),
      ),
      ...Object.fromEntries(
        ["id", "publicKeyFingerprintMd5", "publicKeyFingerprintSha256", "publicKeyOpenssh", "publicKeyPem"].map((n) => [
          n,
          UNKNOWN,
        ]),
      ),
    },
  });
});

it("gives the public half of a private key of either format by getPublicKey", async () => {
  const key = await makePlain(provider, "key", { algorithm: "ECDSA", ecdsaCurve: "P384" });
  for (const format of ["privateKeyPem", "privateKeyOpenssh"]) {
    const { result, failures } = await provider.invoke({
      token: "tls:index/getPublicKey:getPublicKey",
      args: { [format]: new Secret(key[format] ?? "") },
    });
    expect(failures).toEqual([]);
    expect(result).toMatchObject({ algorithm: "ECDSA", id: key["id"], publicKeyOpenssh: key["publicKeyOpenssh"] });
    expect(result[format]).toBeInstanceOf(Secret);
  }
});

it.each([
  [{}, "exactly one of"],
  [{ privateKeyPem: "x", privateKeyOpenssh: "y" }, "exactly one of"],
  [{ privateKeyPem: "x" }, "is not a private key in PEM"],
  [{ privateKeyOpenssh: "x" }, "is not an unencrypted private key in OpenSSH format"],
])("refuses getPublicKey of %j", async (args, reason) => {
  const { failures } = await provider.invoke({ token: "tls:index/getPublicKey:getPublicKey", args });
  expect(failures).toEqual([expect.objectContaining({ reason: expect.stringContaining(reason) as string })]);
});

it("refuses getCertificate, imports and unknown types by name", async () => {
  await expect(provider.invoke({ token: "tls:index/getCertificate:getCertificate", args: {} })).rejects.toThrow(
    /getCertificate.*remote servers/,
  );
  await expect(provider.read({ urn: "u", type: TYPES.key, name: "it", id: "1" })).rejects.toThrow(/cannot be imported/);
  await expect(provider.check({ urn: "u", type: "tls:index/no:No", name: "it", inputs: {} })).rejects.toThrow(
    /tls:index\/no:No.*PrivateKey/,
  );
});

it("refuses an elliptic curve that the official provider does not know", () => {
  const pem = bench.run("openssl", "ecparam", "-name", "secp256k1", "-genkey", "-noout");
  expect(() => parsePrivateKey(pem)).toThrow(/secp256k1 is not supported: use P224, P256, P384, P521/);
});

it.each([
  ["0a" + "30".repeat(4) + "20", "30".repeat(4)],
  ["c2a0" + "31".repeat(4) + "c285", "31".repeat(4)],
  ["31e28083", "31"],
  ["31c2", "31c2"],
])("cuts blanks at the ends of what an id is the hash of: %s", (hex, cut) => {
  expect(stateId(Buffer.from(hex, "hex"))).toBe(stateId(Buffer.from(cut, "hex")));
});
