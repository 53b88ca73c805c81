import { UNKNOWN, secret } from "../../../providers/base/values";
import type { PropertyMap } from "../../../providers/base/values";
import type { Case } from "../case";

const PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n";

const inputs = (when: string, type: string, given: PropertyMap, words?: RegExp): Case => ({
  ...{ rule: "secrets-marked", when, stack: [{ type, name: "it", inputs: given }] },
  ...(words && { fault: ["it", words] }),
});

const USER = "rabbitmq:index/user:User";
const FILES = "hosts:index:FileSet";

export const SECRET_CASES: readonly Case[] = [
  inputs("for a password that is secret", USER, { name: "a", password: secret("p") }),
  inputs("for one that is secret and not known yet", USER, { password: secret(UNKNOWN) }),
  inputs("for what only sounds alike", "postgresql:index/role:Role", {
    encryptedPassword: true,
    passwordWoVersion: "1",
  }),
  inputs("by a password in clear", USER, { password: "hunter2" }, /^(?![^]*hunter2)[^]*password is not secret/),
  inputs("by a password that is not known and not secret", USER, { password: UNKNOWN }, /password is not secret/),
  inputs("by a password of a provider", "pulumi:providers:postgresql", { password: "p" }, /password is not secret/),
  inputs("by a key in a file", FILES, { files: [{ path: "/a", content: PEM }] }, /files\.0\.content is not secret/),
  inputs(
    "by a URL with a password",
    FILES,
    { files: [{ content: "relay = amqps://agent:pw@relay:5671/" }] },
    /files\.0/,
  ),
  inputs(
    "by a variable of a command",
    "hosts:index:Guard",
    { environment: { PGPASSWORD: "p" } },
    /environment\.PGPASSWORD/,
  ),

  {
    rule: "secret-outputs",
    when: "for a map that is secret as a whole",
    stack: [],
    outputs: { p: secret({ password: "p" }) },
  },
  {
    ...{ rule: "secret-outputs", when: "by a password of the stack", stack: [], outputs: { adminPassword: "p" } },
    fault: ["stack", /the stack's output adminPassword is not secret/],
  },
  {
    ...{ rule: "secret-outputs", when: "for a UUID that a resource has made" },
    stack: [{ type: "random:index/randomUuid:RandomUuid", outputs: { result: "8d8e" } }],
  },
  {
    ...{ rule: "secret-outputs", when: "by a password that a resource has made" },
    stack: [{ type: "random:index/randomPassword:RandomPassword", name: "p", outputs: { result: "p" } }],
    fault: ["p", /the output result is not secret/],
  },
];
