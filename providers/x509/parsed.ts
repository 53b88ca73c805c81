import "reflect-metadata";
import { createPublicKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import {
  Pkcs10CertificateRequest,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
} from "@peculiar/x509";
import type { AlternativeNames } from "./extensions";
import { kindOf, pemLabel } from "./keys";
import { remembered } from "./remembered";
import { encodeRequestedSubject } from "./distinguished-name";

export interface CertificateAuthority {
  /** Its subject in DER: the issuer of what it signs. */
  readonly name: Buffer;
  readonly subjectKeyId?: Buffer;
  readonly publicKey: KeyObject;
}

/** The certificate of a signing CA, of PEM. Throws with what is wrong. */
export const parseCertificate = remembered(64, (pem: string): CertificateAuthority => {
  expectLabel(pem, "CERTIFICATE");
  const certificate = parsed("certificate", () => new X509Certificate(pem));
  const keyId = certificate.getExtension(SubjectKeyIdentifierExtension)?.keyId;
  return {
    name: Buffer.from(certificate.subjectName.toArrayBuffer()),
    publicKey: toPublicKey(certificate.publicKey.rawData),
    ...(keyId !== undefined && { subjectKeyId: Buffer.from(keyId, "hex") }),
  };
});

export interface CertificateRequest {
  /** In DER, as it goes into the certificate. */
  readonly subject: Buffer;
  readonly publicKey: KeyObject;
  readonly names: AlternativeNames;
}

/** A certification request, of PEM. Names of other kinds than DNS, IP and URI are left out. Throws with what is wrong. */
export const parseRequest = remembered(64, (pem: string): CertificateRequest => {
  expectLabel(pem, "CERTIFICATE REQUEST");
  const request = parsed("certificate request", () => new Pkcs10CertificateRequest(pem));
  const names = request.extensions
    .filter((extension) => extension instanceof SubjectAlternativeNameExtension)
    .flatMap((extension) => [...extension.names.items]);
  const ofType = (type: string) => names.filter((name) => name.type === type).map((name) => name.value);
  return {
    subject: encodeRequestedSubject(request.subjectName),
    publicKey: toPublicKey(request.publicKey.rawData),
    names: { dnsNames: ofType("dns"), ipAddresses: ofType("ip"), uris: ofType("url") },
  };
});

function expectLabel(pem: string, label: string): void {
  const found = pemLabel(pem);
  if (found === label) return;
  throw new Error(
    `is not PEM of type "${label}": it begins with ${found === undefined ? "no PEM header" : `"${found}"`}`,
  );
}

function parsed<T>(what: string, parse: () => T): T {
  try {
    return parse();
  } catch {
    throw new Error(`is a damaged ${what}`);
  }
}

function toPublicKey(spki: ArrayBuffer): KeyObject {
  const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
  kindOf(key);
  return key;
}
