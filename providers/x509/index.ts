/** Keys, certification requests and certificates, with node:crypto alone and without a notion of Pulumi. */
export { hoursAfter, MAX_VALIDITY_HOURS, signCertificate, signRequest } from "./certificate";
export type { CertificateTemplate, SignedCertificate } from "./certificate";
export { encodeSubject, isEmptyName } from "./distinguished-name";
export type { Subject } from "./distinguished-name";
export { ALLOWED_USES, isIpAddress, subjectKeyIdOf } from "./extensions";
export type { AlternativeNames } from "./extensions";
export {
  ALGORITHMS,
  CURVES,
  derOfPublicKey,
  generateKey,
  kindOf,
  parsePrivateKey,
  publicOf,
  stateId,
  toPem,
} from "./keys";
export type { Algorithm, Curve } from "./keys";
export { parseCertificate, parseRequest } from "./parsed";
export { parseSshPrivateKey, sshPrivateKey, sshPublicKey } from "./ssh-key";
