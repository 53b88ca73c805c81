import { objectIdentifier } from "./der";

/** A reader of DER (ITU-T X.690), for what a library decodes too slowly. All of it throws when the encoding is damaged. */

export interface DerValue {
  readonly tag: number;
  readonly content: Buffer;
  /** Tag, length and content. */
  readonly der: Buffer;
}

/** The one value that these bytes are. */
export function readDer(bytes: Buffer): DerValue {
  const [value, ...rest] = readAll(bytes);
  if (value === undefined || rest.length > 0) throw new Error("these bytes are not one DER value");
  return value;
}

/** The members of a constructed value, or of what a primitive one wraps. */
export const membersOf = (value: DerValue | undefined): DerValue[] => readAll(value?.content ?? Buffer.alloc(0));

/** The members of the first value that begins with the object identifier. */
export function ofType(values: readonly DerValue[], oid: string): DerValue[] {
  const type = objectIdentifier(oid);
  return values.map(membersOf).find(([first]) => first?.der.equals(type)) ?? [];
}

function readAll(bytes: Buffer): DerValue[] {
  const values: DerValue[] = [];
  for (let at = 0; at < bytes.length;) {
    const short = bytes.readUInt8(at + 1);
    const lengthBytes = short < 0x80 ? 0 : short & 0x7f;
    const start = at + 2 + lengthBytes;
    const end = start + (lengthBytes === 0 ? short : bytes.readUIntBE(at + 2, lengthBytes));
    if (end > bytes.length) throw new Error("a DER value ends too early");
    values.push({ tag: bytes.readUInt8(at), content: bytes.subarray(start, end), der: bytes.subarray(at, end) });
    at = end;
  }
  return values;
}
