import { X509Certificate } from "node:crypto";

/** An authority's certificate, as who is signed by it was given it. */
export interface SigningCertificate {
  /** Its key as the tls provider names algorithms and curves. */
  readonly key: { readonly algorithm: string; readonly rsaBits?: number; readonly ecdsaCurve?: string };
  readonly lifetimeHours: number;
}

/** By the names of Node.js. */
const ALGORITHMS: Readonly<Record<string, string>> = { rsa: "RSA", ec: "ECDSA", ed25519: "ED25519" };

/** By the names of OpenSSL. */
const CURVES: Readonly<Record<string, string>> = {
  secp224r1: "P224",
  prime256v1: "P256",
  secp384r1: "P384",
  secp521r1: "P521",
};

const HOUR_MS = 3_600_000;

/** Of a chain the first; `undefined` for what is no certificate: whoever uses it says so. */
export function readSigningCertificate(pem: string): SigningCertificate | undefined {
  try {
    const { publicKey, validFrom, validTo } = new X509Certificate(pem);
    const { modulusLength, namedCurve = "" } = publicKey.asymmetricKeyDetails ?? {};
    return {
      key: {
        algorithm: ALGORITHMS[publicKey.asymmetricKeyType ?? ""] ?? "unknown",
        ...(modulusLength !== undefined && { rsaBits: modulusLength }),
        ...(namedCurve !== "" && { ecdsaCurve: CURVES[namedCurve] ?? namedCurve }),
      },
      lifetimeHours: (Date.parse(validTo) - Date.parse(validFrom)) / HOUR_MS,
    };
  } catch {
    return undefined;
  }
}
