import type { PropertyMap } from "../../../providers/base/values";
import type { Case } from "../case";

const KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIBkPaJ3g9JyCn5HcxMLLbgkl3RfRf9l2u3kq0m6ACVXv";

const pinned = (when: string, host: PropertyMap, words?: RegExp): Case => ({
  ...{ rule: "host-key-pinned", when },
  stack: [{ type: "hosts:index:FileSet", name: "files", inputs: { host: { name: "db1", ...host }, files: [] } }],
  ...(words && { fault: ["files", words] }),
});

const PRIVATE_KEY = "tls:index/privateKey:PrivateKey";

export const STATE_CASES: readonly Case[] = [
  pinned("for a key of Ed25519", { hostKey: `ssh-ed25519 ${KEY}` }),
  pinned("by none", {}, /db1 has no host key/),
  pinned("by what is no key", { hostKey: "ssh-ed25519 any" }, /db1 has no host key/),
  pinned("by a key of DSA", { hostKey: `ssh-dss ${KEY}` }, /db1 has a host key of the kind ssh-dss/),

  {
    ...{ rule: "stateful-protected", when: "for a protected database" },
    stack: [{ type: "postgresql:index/database:Database", name: "db", protect: true }],
  },
  {
    rule: "stateful-protected",
    when: "for the key of a node",
    stack: [{ type: PRIVATE_KEY, inputs: { algorithm: "ED25519" } }],
  },
  {
    ...{ rule: "stateful-protected", when: "by a virtual host" },
    ...{ stack: [{ type: "rabbitmq:index/vHost:VHost", name: "mig" }], fault: ["mig", /mig is not protected/] },
  },
  {
    ...{ rule: "stateful-protected", when: "by the key of an authority" },
    stack: [
      { type: "groundwork:pki:CertificateAuthority", name: "ca" },
      { type: PRIVATE_KEY, name: "ca-key", parent: "ca" },
    ],
    fault: ["ca-key", /ca-key is not protected/],
  },
];
