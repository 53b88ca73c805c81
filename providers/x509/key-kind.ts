import type { KeyObject } from "node:crypto";
import { derivedOnce } from "./remembered";

export const CURVES = {
  P224: { node: "secp224r1", digest: "sha256", ssh: undefined },
  P256: { node: "prime256v1", digest: "sha256", ssh: "nistp256" },
  P384: { node: "secp384r1", digest: "sha384", ssh: "nistp384" },
  P521: { node: "secp521r1", digest: "sha512", ssh: "nistp521" },
} as const;
export type Curve = keyof typeof CURVES;

export type Algorithm = "RSA" | "ECDSA" | "ED25519";
export const ALGORITHMS: readonly Algorithm[] = ["RSA", "ECDSA", "ED25519"];

export type KeyKind =
  | { readonly algorithm: "RSA" }
  | { readonly algorithm: "ECDSA"; readonly curve: Curve }
  | { readonly algorithm: "ED25519" };

/** Throws when the key is of none of the supported kinds. */
export const kindOf = derivedOnce((key: KeyObject): KeyKind => {
  switch (key.asymmetricKeyType) {
    case "rsa":
      return { algorithm: "RSA" };
    case "ed25519":
      return { algorithm: "ED25519" };
    case "ec": {
      const name = key.asymmetricKeyDetails?.namedCurve;
      const curve = (Object.keys(CURVES) as Curve[]).find((candidate) => CURVES[candidate].node === name);
      if (curve !== undefined) return { algorithm: "ECDSA", curve };
      throw new Error(
        `the elliptic curve ${name ?? "of the key"} is not supported: use ${Object.keys(CURVES).join(", ")}`,
      );
    }
    default:
      throw new Error(
        `keys of type ${key.asymmetricKeyType ?? "unknown"} are not supported: use ${ALGORITHMS.join(", ")}`,
      );
  }
});
