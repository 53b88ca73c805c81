import { join, resolve } from "node:path";

import { makeSshKey } from "../../lab/ssh-key";
import { TestProject } from "../cli/project";

/** Rules that no environment file can break, as no component asks for such a thing, with the resource of the program. */
const BROKEN = [
  ["ca-key-on-no-host", "hosts:index:FileSet: ca-on-host", "db1: one of the files holds the key ca-key"],
  ["ca-key-in-one-stack", "tls:index:LocallySignedCert: borrowed", "borrowed has its caPrivateKeyPem from pki"],
  ["ca-for-one-platform", "tls:index:PrivateKey: ca-key", "ca-key signs for borrowed"],
  ["certificate-names", "tls:index:LocallySignedCert: ours", "ours has no Subject Alternative Names"],
  ["private-key-mode", "hosts:index:FileSet: open-key", "db1: /etc/y/node.key has mode 0640"],
  ["private-key-directory", "hosts:index:FileSet: open-directory", "db1: nothing closes /etc/z"],
  ["secret-file-mode", "hosts:index:FileSet: open-secret", "db1: /etc/w.conf has mode 0644"],
  ["secrets-marked", "hosts:index:Guard: clear", "environment.PGPASSWORD is not secret"],
  ["secret-outputs", undefined, "the stack's output adminPassword is not secret"],
  ["tls-protocol", "hosts:index:FileSet: old-tls", "db1: /etc/tls.conf allows TLSv1"],
  ["tls-ciphers", "hosts:index:FileSet: old-cipher", "db1: /etc/ciphers.conf allows RC4-SHA"],
  ["guest-deleted", "rabbitmq:index:VHost: vhost", "the broker of vhost keeps its guest"],
  ["permissions-anchored", "rabbitmq:index:Permissions: permissions-worker", "read of worker is migevent"],
  ["everything-for-administrators", "rabbitmq:index:Permissions: permissions-api", "api may read everything"],
  ["agents-apart", "rabbitmq:index:Permissions: permissions-agent", "agent may read mig.agt.results"],
  ["no-superuser", "postgresql:index:Role: super", "the role super has superuser"],
  ["no-public-grant", "postgresql:index:Grant: public", "SELECT is granted to PUBLIC"],
  ["private-key-column", "postgresql:index:Grant: api-reads", "migapi reads investigators.privatekey"],
] as const;

let project: TestProject;
let stdout: string;

beforeAll(async () => {
  project = await TestProject.withStack(join(__dirname, "fixtures/broken"));
  const { privateKey, publicKey } = makeSshKey();
  await project.run(["stack", "init", "other", "--no-select"]);
  await project.run(["config", "set", "hostKey", publicKey]);
  await project.run(["config", "set", "--secret", "sshKey"], {}, privateKey);
  const up = await project.run(["up", "--yes", "--policy-pack", resolve(__dirname, "../../policies")]);
  stdout = up.stdout;
  expect(up.code).toBe(1);
});
afterAll(() => project.dispose());

it.each(BROKEN)("an up that breaks %s names the rule, the resource and the remedy", (rule, resource, fault) => {
  const head = `[mandatory] [severity: `;
  const found = stdout
    .split("        - ")
    .find((each) => each.startsWith(head) && each.includes(`  ${rule}`) && each.includes(fault));
  expect(found).toBeDefined();
  if (resource !== undefined) expect(found).toContain(`(${resource})`);
  expect(found).toMatch(/\n +Remedy: \w/);
});

it("touches nothing: what was shown was a preview", async () => {
  expect(stdout).not.toContain("Updating");
  expect((await project.run(["stack"])).stdout).toContain("Current stack resources (0)");
});
