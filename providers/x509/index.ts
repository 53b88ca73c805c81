/** Keys, certification requests and certificates, without a notion of Pulumi. */
export { hoursAfter, MAX_VALIDITY_HOURS, signCertificate, signRequest } from "./certificate";
export type { CertificateTemplate, SignedCertificate } from "./certificate";
export { parseCertificate } from "./certificate-authority";
export { parseRequest } from "./certificate-request";
export { encodeSubject, isEmptyName } from "./distinguished-name";
export type { Subject } from "./distinguished-name";
export { ALLOWED_USES, encodeAlternativeNames, encodeExtensions, encodeNames, isIpAddress } from "./extensions";
export { ALGORITHMS, CURVES, kindOf } from "./key-kind";
export type { Algorithm, Curve } from "./key-kind";
export { derOfPublicKey, generateKey, parsePrivateKey, publicOf } from "./keys";
export { toPem } from "./pem";
export { subjectKeyIdOf } from "./public-key-info";
export { parseSshPrivateKey, sshPrivateKey, sshPublicKey } from "./ssh-key";
