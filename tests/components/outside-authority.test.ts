import * as pulumi from "@pulumi/pulumi";

import { CertificateAuthority, Lifetime, NodeCertificate, authorityProblems } from "../../components/pki";
import { AUTHORITY, OpensslCa } from "../support/openssl-ca";
import { Recorder } from "./recorder";

const ca = new OpensslCa();
afterAll(() => ca.close());

const pathlen = (length: number) => [`basicConstraints=critical,CA:TRUE,pathlen:${length}`, ...AUTHORITY.slice(1)];
const root = ca.pair({ name: "root" });
const other = ca.pair({ name: "root" });
const intermediate = ca.pair({ name: "mig", issuer: root, extensions: pathlen(0) });
const rsa = ca.pair({ name: "Icinga CA", kind: "rsa" });
const chain = intermediate.cert + root.cert;
/** All of them are made by then. */
const now = new Date(Date.now() + 60_000);

describe("an authority from outside", () => {
  it.each([
    ["an intermediate with its root", { certificatesPem: chain, privateKeyPem: intermediate.key }],
    ["a root", { certificatesPem: root.cert, privateKeyPem: root.key }],
    ["without a look at the key", { certificatesPem: chain }],
  ])("is taken: %s", (_, facts) => expect(authorityProblems({ ...facts, now }, { root: "shared" })).toEqual([]));

  const leaf = ca.pair({ name: "leaf", issuer: root, extensions: ["basicConstraints=critical,CA:FALSE"] });
  const notSigning = ca.pair({
    name: "x",
    issuer: root,
    extensions: [AUTHORITY[0] ?? "", "keyUsage=digitalSignature"],
  });
  const clients = ca.pair({ name: "x", issuer: root, extensions: [...AUTHORITY, "extendedKeyUsage=clientAuth"] });
  const closed = ca.pair({ name: "closed", extensions: pathlen(0) });
  const below = ca.pair({ name: "below", issuer: closed });
  const short = ca.pair({ name: "short", issuer: root, days: 30 });

  it.each([
    ["no PEM", { certificatesPem: "nothing" }, "holds no certificate in PEM"],
    ["another's key", { certificatesPem: chain, privateKeyPem: root.key }, 'its key is not the one of "CN=mig"'],
    ["no key", { certificatesPem: chain, privateKeyPem: "x" }, "its key is not an unencrypted private key in PEM"],
    ["a node's certificate", { certificatesPem: leaf.cert + root.cert }, '"CN=leaf" is no certificate of an authority'],
    ["no right to sign", { certificatesPem: notSigning.cert + root.cert }, "is no certificate of an authority"],
    ["clients alone", { certificatesPem: clients.cert + root.cert }, "is limited to other purposes"],
    [
      "a root that allows none below",
      { certificatesPem: below.cert + closed.cert },
      '"CN=closed" allows 0 authorities',
    ],
    ["a root missing", { certificatesPem: intermediate.cert }, 'the root is missing: "CN=mig" is signed by "CN=root"'],
    ["another root of its name", { certificatesPem: intermediate.cert + other.cert }, "is not signed by"],
    ["the wrong order", { certificatesPem: root.cert + intermediate.cert }, "is not signed by"],
    ["an end too soon", { certificatesPem: short.cert + root.cert, lifetime: Lifetime.days(90) }, "of 90d"],
    ["its end", { certificatesPem: short.cert + root.cert, now: new Date(now.getTime() + 40 * 864e5) }, "has ended"],
    ["its beginning", { certificatesPem: root.cert, now: new Date(now.getTime() - 864e5) }, "is not valid before"],
  ])("is refused for %s", (_, facts, reason) => {
    const [problem] = authorityProblems({ now, ...facts }, { root: "shared" });
    expect(problem).toContain(reason);
  });

  it("is refused by software that would let in everyone below a shared root, and for an elliptic key", () => {
    const demands = { root: "own", reason: "everyone would be let in", keys: ["rsa"] } as const;
    expect(authorityProblems({ certificatesPem: chain, now }, demands)).toEqual([
      '"CN=mig" is not self-signed: everyone would be let in',
      'the key of "CN=mig" is of the kind ec, not rsa',
    ]);
    expect(authorityProblems({ certificatesPem: rsa.cert, privateKeyPem: rsa.key, now }, demands)).toEqual([]);
  });

  it("never shows anything of a key", () => {
    const problems = authorityProblems({ certificatesPem: chain, privateKeyPem: root.key, now }, { root: "own" });
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join("\n")).not.toContain(root.key.split("\n")[1]);
  });
});

describe("the components", () => {
  it("sign by an intermediate, place what lies between it and the root, and trust up to the root and what is shared", async () => {
    const recorder = new Recorder();
    const { authority, node } = await recorder.run(() => {
      const made = new CertificateAuthority("ca", {
        subject: { commonName: "not looked at" },
        lifetime: Lifetime.years(10),
        outside: { privateKeyPem: intermediate.key, certificatesPem: chain, trustPem: other.cert + root.cert },
      });
      const subject = { commonName: "a" };
      const certificate = new NodeCertificate("a", {
        ...{ authority: made, subject, usage: "client", lifetime: Lifetime.days(90) },
      });
      return { authority: made, node: certificate };
    });
    const known = <T>(output: pulumi.Output<T>) => new Promise<T>((resolve) => output.apply(resolve));

    expect(recorder.ofType("tls:index/selfSignedCert:SelfSignedCert")).toEqual([]);
    const signed = recorder.named("tls:index/locallySignedCert:LocallySignedCert", "a-certificate").inputs;
    expect(signed).toMatchObject({ caCertPem: intermediate.cert, caPrivateKeyPem: intermediate.key });
    expect(await known(node.certificatePem)).toBe(`CERTIFICATE of acertificate${intermediate.cert}`);
    expect(await known(authority.certificatePem)).toBe(intermediate.cert + root.cert + other.cert);
    expect(await pulumi.isSecret(authority.privateKeyPem)).toBe(true);
  });
});
