import { directoryString, ia5String, objectIdentifier, sequence, setOf } from "./der";
import { membersOf } from "./der-reader";
import type { DerValue } from "./der-reader";

/**
 * Subject attributes in the order in which Go's pkix.Name writes them. `single` ones hold one value and are left out
 * when it is empty; the others may hold several, which share one relative distinguished name.
 */
const ATTRIBUTES: readonly { property: string; oid: string; single?: true }[] = [
  { property: "country", oid: "2.5.4.6" },
  { property: "organization", oid: "2.5.4.10" },
  { property: "organizationalUnit", oid: "2.5.4.11" },
  { property: "locality", oid: "2.5.4.7" },
  { property: "province", oid: "2.5.4.8" },
  { property: "streetAddresses", oid: "2.5.4.9" },
  { property: "postalCode", oid: "2.5.4.17" },
  { property: "commonName", oid: "2.5.4.3", single: true },
  { property: "serialNumber", oid: "2.5.4.5", single: true },
];
const EMAIL_ADDRESS = "1.2.840.113549.1.9.1";

/** A subject by the property names of `@pulumi/tls`. */
export type Subject = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A distinguished name in DER. */
export function encodeSubject(subject: Subject): Buffer {
  const values = (property: string) => [subject[property] ?? []].flat();
  const names = ATTRIBUTES.flatMap(({ property, oid, single }) =>
    encodeAttribute(oid, single === true ? values(property).filter((value) => value !== "") : values(property)),
  );
  const email = values("emailAddress").map((value) =>
    setOf(sequence(objectIdentifier(EMAIL_ADDRESS), ia5String(value))),
  );
  return sequence(...names, ...email);
}

/**
 * The subject of a request as it goes into the certificate: the attributes above in their order. Others, among them an
 * e-mail address, are dropped, as the official provider does.
 */
export function encodeRequestedSubject(name: DerValue): Buffer {
  const pairs = membersOf(name).flatMap(membersOf).map(membersOf);
  const names = ATTRIBUTES.flatMap(({ oid, single }) => {
    const type = objectIdentifier(oid);
    const values = pairs.flatMap(([first, value]) => (value && first?.der.equals(type) ? [decodeText(value)] : []));
    return encodeAttribute(oid, single === true ? values.slice(-1).filter((value) => value !== "") : values);
  });
  return sequence(...names);
}

const BMP_STRING = 0x1e;
const TELETEX_STRING = 0x14;

function decodeText({ tag, content }: DerValue): string {
  if (tag === BMP_STRING) return Buffer.from(content).swap16().toString("utf16le");
  return content.toString(tag === TELETEX_STRING ? "latin1" : "utf8");
}

function encodeAttribute(oid: string, values: readonly string[]): Buffer[] {
  if (values.length === 0) return [];
  return [setOf(...values.map((value) => sequence(objectIdentifier(oid), directoryString(value))))];
}

const EMPTY = sequence();
export const isEmptyName = (der: Buffer): boolean => der.equals(EMPTY);
