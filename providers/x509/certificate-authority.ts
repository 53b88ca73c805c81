import "reflect-metadata";
import { SubjectKeyIdentifierExtension, X509Certificate } from "@peculiar/x509";
import { decodePem } from "./pem";
import { remembered } from "./remembered";

export interface CertificateAuthority {
  /** Its subject in DER: the issuer of what it signs. */
  readonly name: Buffer;
  readonly subjectKeyId?: Buffer;
  /** In DER. */
  readonly publicKey: Buffer;
}

/** The certificate of a signing CA, of PEM. Throws with what is wrong. */
export const parseCertificate = remembered(64, (pem: string): CertificateAuthority => {
  return decodePem(pem, "CERTIFICATE", (der) => {
    const certificate = new X509Certificate(der);
    const keyId = certificate.getExtension(SubjectKeyIdentifierExtension)?.keyId;
    return {
      name: Buffer.from(certificate.subjectName.toArrayBuffer()),
      publicKey: Buffer.from(certificate.publicKey.rawData),
      ...(keyId !== undefined && { subjectKeyId: Buffer.from(keyId, "hex") }),
    };
  });
});
