import { Lifetime } from "../../components/pki";

/** A host at 10.0.0.`last`. */
export const hostAt = (name: string, last: number) => ({
  name,
  address: `10.0.0.${last}`,
  port: 2222,
  hostKey: "ssh-ed25519 AAAA",
});

export const CERTIFICATES = {
  organization: "Test",
  keyAlgorithm: "ECDSA-P256",
  authorityLifetime: Lifetime.years(10),
  lifetime: Lifetime.days(90),
} as const;
