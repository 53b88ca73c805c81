import { execFileSync } from "node:child_process";
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { AUTHORITY, OpensslCa } from "../support/openssl-ca";
import { TestProject } from "./project";

const ca = new OpensslCa();
const root = ca.pair({ name: "Example Root" });
const icinga = ca.pair({ name: "Icinga CA", kind: "rsa" });
const PATHLEN = ["basicConstraints=critical,CA:TRUE,pathlen:0", ...AUTHORITY.slice(1)];

let project: TestProject;
beforeAll(async () => {
  project = await TestProject.withStack();
  file("root.pem", root.cert);
});
afterAll(() => {
  project.dispose();
  ca.close();
});

function file(name: string, text: string): void {
  writeFileSync(join(project.folder, name), text);
}

async function say(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await project.run(args);
  expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: "" });
  return stdout;
}

async function refused(...args: string[]): Promise<string> {
  const { code, stderr } = await project.run(args);
  expect({ args, code }).toEqual({ args, code: 2 });
  return stderr;
}

it("makes a key that is kept encrypted, and a request that openssl reads and that asks for an authority", async () => {
  expect(await say("ca", "csr", "mig", "--organization", "Example", "--out", "mig.csr")).toMatch(/^Wrote mig\.csr: /);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: project.folder, encoding: "utf8" });
  const text = openssl("req", "-in", "mig.csr", "-noout", "-text", "-verify");
  expect(text).toMatch(/Subject: O = Example, CN = MIG CA dev/);
  expect(text).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
  expect(text).toMatch(/Key Usage: critical\s+Certificate Sign, CRL Sign/);
  const key = await say("config", "get", "migAuthorityKey");
  const asked = openssl("req", "-in", "mig.csr", "-noout", "-pubkey");
  expect(createPublicKey(createPrivateKey(key)).export({ type: "spki", format: "pem" })).toBe(asked);
  const kept = project.read("Pulumi.dev.yaml");
  expect(kept).toMatch(/keys:migAuthorityKey:\n\s+secure: v1:/);
  expect(kept).not.toContain("PRIVATE KEY");
});

it("keeps a key that there is, and makes a new request of it only when asked to", async () => {
  const before = await say("config", "get", "migAuthorityKey");
  expect(await refused("ca", "csr", "mig", "--out", "b.csr")).toContain(
    "migAuthorityKey is set for stack 'dev' already",
  );
  expect(await refused("ca", "csr", "mig", "--renew", "--out", "mig.csr")).toContain("mig.csr is there already");
  await say("ca", "csr", "mig", "--renew", "--out", "b.csr");
  expect(await say("config", "get", "migAuthorityKey")).toBe(before);
});

it("imports what was signed, in clear and up to its root, once it is found right", async () => {
  const signed = ca.sign(project.read("mig.csr"), root, PATHLEN);
  const foreign = ca.pair({ name: "MIG CA dev", issuer: root });
  file("signed.pem", signed);
  file("foreign.pem", foreign.cert);
  const take = (name: string, ...more: string[]) => ["ca", "import", "mig", "--certificate", name, ...more];

  expect(await refused("ca", "import", "mig")).toContain("--certificate is missing");
  expect(await refused(...take("none.pem"))).toContain("none.pem cannot be read (ENOENT)");
  expect(await refused(...take("signed.pem"))).toMatch(/the root is missing: .*; name it by --root/);
  const other = await refused(...take("foreign.pem", "--root", "root.pem"));
  expect(other).toContain('its key is not the one of "CN=MIG CA dev"');
  expect(project.read("Pulumi.dev.yaml")).not.toContain("migAuthorityCertificate");

  expect(await say(...take("signed.pem", "--root", "root.pem"))).toContain("2 certificates, the root last");
  expect(await say("config", "get", "migAuthorityCertificate")).toBe(`${signed}${root.cert}\n`);
});

it("imports a certificate with its key where nothing may stand below a shared root", async () => {
  file("icinga.pem", icinga.cert);
  file("icinga.key", icinga.key);
  const elliptic = ca.pair({ name: "Icinga CA" });
  file("elliptic.pem", elliptic.cert);
  file("elliptic.key", elliptic.key);
  expect(await refused("ca", "csr", "icinga2")).toContain("icinga2 takes no intermediate: ");
  expect(await refused("ca", "import", "icinga2", "--certificate", "icinga.pem")).toContain("name its file by --key");
  const pair = (name: string) => ["ca", "import", "icinga2", "--certificate", `${name}.pem`, "--key", `${name}.key`];
  expect(await refused(...pair("elliptic"))).toContain("is of the kind ec, not rsa");
  await say(...pair("icinga"));
  const kept = await say("config", "get", "icinga2AuthorityCertificate");
  expect(
    new X509Certificate(kept).checkPrivateKey(createPrivateKey(await say("config", "get", "icinga2AuthorityKey"))),
  ).toBe(true);
  expect(await refused("ca", "csr", "flocker")).toContain("there are mig, icinga2, mmm");
});
