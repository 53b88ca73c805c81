import { membersOf, ofType, readDer } from "./der-reader";
import { SUBJECT_KEY_IDENTIFIER } from "./extensions";
import { decodePem } from "./pem";
import { remembered } from "./remembered";

export interface CertificateAuthority {
  /** Its subject in DER: the issuer of what it signs. */
  readonly name: Buffer;
  readonly subjectKeyId?: Buffer;
  /** In DER. */
  readonly publicKey: Buffer;
}

/** Context-specific tags of a certificate's optional fields (RFC 5280, 4.1). */
const [VERSION, EXTENSIONS] = [0xa0, 0xa3];

/**
 * The certificate of a signing CA, of PEM. Throws with what is wrong. Libraries that read certificates take longer to load
 * than a small stack takes to change.
 */
export const parseCertificate = remembered(64, (pem: string): CertificateAuthority =>
  decodePem(pem, "CERTIFICATE", (der) => {
    const [toBeSigned] = membersOf(readDer(der));
    // Serial number, signature algorithm, issuer and validity stand before the subject.
    const fields = membersOf(toBeSigned).filter(({ tag }) => tag !== VERSION);
    const [, , , , subject, publicKey, ...optional] = fields;
    if (subject === undefined || publicKey === undefined) throw new Error("it has no subject or no key");
    const [extensions] = membersOf(optional.find(({ tag }) => tag === EXTENSIONS));
    const keyId = ofType(membersOf(extensions), SUBJECT_KEY_IDENTIFIER).at(-1);
    return {
      name: subject.der,
      publicKey: publicKey.der,
      ...(keyId !== undefined && { subjectKeyId: readDer(keyId.content).content }),
    };
  }),
);
