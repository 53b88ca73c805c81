import { X509Certificate } from "node:crypto";

const BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** The certificates of a bundle, each in PEM with a line break at its end; what stands between them is left out. */
export function splitPem(bundle: string): readonly string[] {
  return (bundle.match(BLOCK) ?? []).map((block) => `${block.replaceAll("\r", "")}\n`);
}

/** A bundle, in which each certificate stands once. */
export function joinPem(certificates: readonly string[]): string {
  return [...new Set(certificates)].join("");
}

/** Certificates that somebody else has signed. */
export function withoutRoots(certificates: readonly string[]): readonly string[] {
  return certificates.filter((pem) => !isSelfSigned(new X509Certificate(pem)));
}

/** Whether one has signed the other, both in PEM. */
export function isIssuer(issuer: string, certificate: string): boolean {
  const [above, below] = [new X509Certificate(issuer), new X509Certificate(certificate)];
  return below.checkIssued(above) && below.verify(above.publicKey);
}

export function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.subject === certificate.issuer && certificate.checkIssued(certificate);
}
