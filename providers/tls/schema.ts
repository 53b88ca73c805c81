import type { Attribute, AttributeTable, BlockMember } from "../base/framework-spec";
import type { Value } from "../base/values";
import {
  ALGORITHMS,
  ALLOWED_USES,
  CURVES,
  isIpAddress,
  MAX_VALIDITY_HOURS,
  parseCertificate,
  parsePrivateKey,
  parseRequest,
} from "../x509";
import { plansRenewal } from "./renewal";

/** The field tables of the official provider (hashicorp/tls 4.x behind @pulumi/tls 5.x). */

const oneOf =
  (allowed: readonly string[]) =>
  (value: string): string | undefined =>
    allowed.includes(value) ? undefined : `is "${value}", which is not one of ${allowed.join(", ")}`;

const between =
  (least: number, most = Number.MAX_SAFE_INTEGER) =>
  (value: number): string | undefined => {
    if (value < least) return `is ${value}, the least is ${least}`;
    return value > most ? `is ${value}, the most is ${most}` : undefined;
  };

const parsesWith =
  (parse: (pem: string) => unknown) =>
  (value: string): string | undefined => {
    try {
      parse(value);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : "cannot be read";
    }
  };

const isAscii = (value: string): string | undefined =>
  /^[\x21-\x7e]+$/.test(value) ? undefined : "may hold printable ASCII characters only (no blanks) and is not empty";

const isAddress = (value: string): string | undefined =>
  isIpAddress(value) ? undefined : `is "${value}", which is not an IP address`;

const isUri = (value: string): string | undefined =>
  isAscii(value) ?? (URL.canParse(value, "placeholder://host/") ? undefined : `is "${value}", which is not a URI`);

const PEM = /^-----BEGIN [A-Za-z ]+-----\n[\s\S]+\n-----END [A-Za-z ]+-----\n?$/;
/** States of old provider versions hold a hash in place of the PEM, which is replaced in place. */
const replacesPem = (_: Value, old: Value): boolean => typeof old === "string" && PEM.test(old);

const pemInput = (parse: (pem: string) => unknown): Attribute => ({
  type: "string",
  from: "required",
  replaces: replacesPem,
  validate: parsesWith(parse),
});
const keyInput: Attribute = { ...pemInput(parsePrivateKey), sensitive: true };
const flag: Attribute = { type: "bool", from: "optional+computed", default: false, replaces: true };
const computed: Attribute = { type: "string", from: "computed" };
const kept: Attribute = { ...computed, keepsState: true };
const list = (validate: (member: string) => string | undefined): Attribute => ({
  type: "strings",
  from: "optional",
  replaces: true,
  validate,
});

export const PRIVATE_KEY: AttributeTable = {
  algorithm: { type: "string", from: "required", replaces: true, validate: oneOf(ALGORITHMS) },
  // Shorter keys are refused by Go's crypto/rsa, longer ones by OpenSSL.
  rsaBits: { type: "int", from: "optional+computed", default: 2048, replaces: true, validate: between(1024, 16384) },
  ecdsaCurve: {
    type: "string",
    from: "optional+computed",
    default: "P224",
    replaces: true,
    validate: oneOf(Object.keys(CURVES)),
  },
  privateKeyPem: { ...computed, sensitive: true },
  privateKeyOpenssh: { ...computed, sensitive: true },
  privateKeyPemPkcs8: { ...computed, sensitive: true },
  publicKeyPem: computed,
  publicKeyOpenssh: computed,
  publicKeyFingerprintMd5: computed,
  publicKeyFingerprintSha256: computed,
  id: computed,
};

const SUBJECT: Readonly<Record<string, BlockMember>> = {
  commonName: { type: "string" },
  country: { type: "string" },
  emailAddress: { type: "string" },
  locality: { type: "string" },
  organization: { type: "string" },
  organizationalUnit: { type: "string" },
  postalCode: { type: "string" },
  province: { type: "string" },
  serialNumber: { type: "string" },
  streetAddresses: { type: "strings", renamedFrom: "street_address" },
};

const NAMES: AttributeTable = {
  subject: { type: "block", from: "optional", replaces: true, members: SUBJECT },
  dnsNames: list(isAscii),
  ipAddresses: list(isAddress),
  uris: list(isUri),
};

export const CERTIFICATE_REQUEST: AttributeTable = {
  ...NAMES,
  privateKeyPem: keyInput,
  certRequestPem: kept,
  keyAlgorithm: kept,
  id: kept,
};

const CERTIFICATE: AttributeTable = {
  allowedUses: { type: "strings", from: "required", replaces: true, validate: oneOf(ALLOWED_USES) },
  validityPeriodHours: { type: "int", from: "required", replaces: true, validate: between(0, MAX_VALIDITY_HOURS) },
  earlyRenewalHours: { type: "int", from: "optional+computed", default: 0, validate: between(0, MAX_VALIDITY_HOURS) },
  isCaCertificate: flag,
  maxPathLength: {
    type: "int",
    from: "optional+computed",
    keepsState: true,
    replaces: true,
    validate: between(-1),
  },
  setSubjectKeyId: flag,
  readyForRenewal: { type: "bool", from: "computed", default: false, plan: plansRenewal },
  certPem: kept,
  validityStartTime: kept,
  validityEndTime: kept,
  id: kept,
};

export const SELF_SIGNED: AttributeTable = {
  ...CERTIFICATE,
  ...NAMES,
  privateKeyPem: keyInput,
  setAuthorityKeyId: flag,
  keyAlgorithm: kept,
};

export const LOCALLY_SIGNED: AttributeTable = {
  ...CERTIFICATE,
  caCertPem: pemInput(parseCertificate),
  caPrivateKeyPem: keyInput,
  certRequestPem: pemInput(parseRequest),
  caKeyAlgorithm: kept,
};

const refuse = (name: string, instead: string) => ({
  [name]: `${name} is write-only, which the built-in provider does not support; use ${instead}`,
});

export const REFUSED: Readonly<Record<string, string>> = {
  ...refuse("privateKeyPemWo", "privateKeyPem"),
  ...refuse("privateKeyPemWoVersion", "privateKeyPem"),
  ...refuse("caPrivateKeyPemWo", "caPrivateKeyPem"),
  ...refuse("caPrivateKeyPemWoVersion", "caPrivateKeyPem"),
};
