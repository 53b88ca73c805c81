import type * as tls from "@pulumi/tls";

export type KeyAlgorithm = "ECDSA-P256" | "ECDSA-P384" | "RSA-2048" | "RSA-4096";

const KEYS: Readonly<Record<KeyAlgorithm, tls.PrivateKeyArgs>> = {
  "ECDSA-P256": { algorithm: "ECDSA", ecdsaCurve: "P256" },
  "ECDSA-P384": { algorithm: "ECDSA", ecdsaCurve: "P384" },
  "RSA-2048": { algorithm: "RSA", rsaBits: 2048 },
  "RSA-4096": { algorithm: "RSA", rsaBits: 4096 },
};

/** The algorithm as `@pulumi/tls` takes it. */
export function keyArgs(algorithm: KeyAlgorithm): tls.PrivateKeyArgs {
  return KEYS[algorithm];
}
