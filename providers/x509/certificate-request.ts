import { decodePem } from "./pem";
import { membersOf, ofType, readDer } from "./der-reader";
import type { DerValue } from "./der-reader";
import { encodeRequestedSubject } from "./distinguished-name";
import { EXTENSION_REQUEST, GENERAL_NAMES, SUBJECT_ALTERNATIVE_NAME } from "./extensions";
import { remembered } from "./remembered";

export interface CertificateRequest {
  /** In DER, as it goes into the certificate. */
  readonly subject: Buffer;
  /** In DER. */
  readonly publicKey: Buffer;
  /** In DER, as they go into the certificate. */
  readonly names: readonly Buffer[];
}

/** A certification request (RFC 2986), of PEM. Names of other kinds than DNS, IP and URI are left out. Throws with what is wrong. */
export const parseRequest = remembered(1024, (pem: string): CertificateRequest =>
  decodePem(pem, "CERTIFICATE REQUEST", (der) => {
    const [info] = membersOf(readDer(der));
    const [, subject, publicKey, attributes] = membersOf(info);
    if (subject === undefined || publicKey === undefined) throw new Error("it has no subject or no key");
    const names = requestedNames(attributes);
    return {
      subject: encodeRequestedSubject(subject),
      publicKey: publicKey.der,
      names: Object.values(GENERAL_NAMES).flatMap((tag) =>
        names.filter((name) => name.tag === (0x80 | tag)).map((name) => name.der),
      ),
    };
  }),
);

function requestedNames(attributes: DerValue | undefined): DerValue[] {
  const [extensions] = membersOf(ofType(membersOf(attributes), EXTENSION_REQUEST)[1]);
  const extension = ofType(membersOf(extensions), SUBJECT_ALTERNATIVE_NAME);
  return membersOf(membersOf(extension.at(-1))[0]);
}
