import type { KeyAlgorithm } from "./key-algorithm";

/**
 * What a node's certificate is for. `peer` is both: a node that is dialled by its equals and dials them. `any` has no
 * extended key usage, for software that tells nodes apart by their names alone.
 */
export type NodeUsage = "server" | "client" | "peer" | "any";

const EXTENDED: Readonly<Record<NodeUsage, readonly string[]>> = {
  server: ["server_auth"],
  client: ["client_auth"],
  peer: ["server_auth", "client_auth"],
  any: [],
};

/**
 * Key usages and extended key usages by the names of `@pulumi/tls`. Key encipherment is for RSA key exchange alone:
 * an elliptic key cannot encipher, and strict verifiers refuse one that claims to.
 * Source: RFC 8446, section 4.4.2.2; RFC 5246, section 7.4.2.
 */
export function allowedUses(usage: NodeUsage, algorithm: KeyAlgorithm): string[] {
  const keyUsages = algorithm.startsWith("RSA") ? ["digital_signature", "key_encipherment"] : ["digital_signature"];
  return [...keyUsages, ...EXTENDED[usage]];
}

/** What a CA signs: certificates and revocation lists. */
export const CA_USES: readonly string[] = ["cert_signing", "crl_signing"];
