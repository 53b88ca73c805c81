import type { PlacedFile } from "./subject";

/** Type tokens that rules look for. */
export const FILE_SET = "hosts:index:FileSet";
export const GUARD = "hosts:index:Guard";
export const PRIVATE_KEY = "tls:index/privateKey:PrivateKey";
export const CERT_REQUEST = "tls:index/certRequest:CertRequest";
export const SELF_SIGNED = "tls:index/selfSignedCert:SelfSignedCert";
export const LOCALLY_SIGNED = "tls:index/locallySignedCert:LocallySignedCert";
export const BROKER_USER = "rabbitmq:index/user:User";
export const BROKER_PERMISSIONS = "rabbitmq:index/permissions:Permissions";
export const BROKER_POLICY = "rabbitmq:index/policy:Policy";
export const VHOST = "rabbitmq:index/vHost:VHost";
export const USER_TAGS = "rabbitmq-accounts:index:UserTags";
export const ABSENT_USER = "rabbitmq-accounts:index:AbsentUser";
export const ROLE = "postgresql:index/role:Role";
export const GRANT = "postgresql:index/grant:Grant";
export const GRANT_ROLE = "postgresql:index/grantRole:GrantRole";
export const DEFAULT_PRIVILEGES = "postgresql:index/defaultPrivileges:DefaultPrivileges";
export const DATABASE = "postgresql:index/database:Database";
export const RANDOM_PASSWORD = "random:index/randomPassword:RandomPassword";
export const STACK = "pulumi:pulumi:Stack";
export const STACK_REFERENCE = "pulumi:pulumi:StackReference";

/** PEM of any kind, of PKCS#1, PKCS#8, SEC 1 or OpenSSH; encrypted ones too. */
const PRIVATE_KEY_PEM = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/;

export function holdsPrivateKey(content: string): boolean {
  return PRIVATE_KEY_PEM.test(content);
}

/** By what is in it, or, where that is not known yet, by its name. */
export function isPrivateKey({ path, content }: PlacedFile): boolean {
  return content === undefined ? /(\.key|[-_.]key\.pem|\/key\.pem)$/.test(path) : holdsPrivateKey(content);
}

/** The type of a resource by its URN. */
export function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
