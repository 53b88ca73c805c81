import type { KeyAlgorithm } from "./key-algorithm";
import type { Lifetime } from "./lifetime";

/** What the certificates of a platform have in common. */
export interface CertificateSettings {
  /** Of every subject. */
  readonly organization: string;
  readonly keyAlgorithm: KeyAlgorithm;
  readonly authorityLifetime: Lifetime;
  readonly lifetime: Lifetime;
  /** @default a third of the lifetime */
  readonly renewBefore?: Lifetime;
}
