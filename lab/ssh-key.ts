import { generateKeyPairSync } from "node:crypto";

import { sshPrivateKey, sshPublicKey } from "../providers/x509/ssh-key";

export interface SshKeyPair {
  /** In OpenSSH's own format, unencrypted. */
  readonly privateKey: string;
  /** Type and base64. */
  readonly publicKey: string;
}

/** An Ed25519 key. Of those that ssh2 generates, OpenSSH cannot read one in a hundred. */
export function makeSshKey(): SshKeyPair {
  const { privateKey } = generateKeyPairSync("ed25519");
  return { privateKey: sshPrivateKey(privateKey), publicKey: sshPublicKey(privateKey).authorizedKey.trim() };
}
