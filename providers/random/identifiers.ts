import { randomBytes as drawBytes, randomInt } from "node:crypto";
import type { FrameworkResource } from "../base/framework-spec";
import type { PropertyMap } from "../base/values";
import { computed, KEEPERS, positive, SEED } from "./schema";
import { shuffle } from "./characters";

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const BASE64_URL = /^[A-Za-z0-9_-]*$/;

function idOf(bytes: Buffer, prefix: string): PropertyMap {
  const [b64Url, hex] = [bytes.toString("base64url"), bytes.toString("hex")];
  const dec = BigInt(`0x0${hex}`).toString();
  const forms = { b64Url, b64Std: bytes.toString("base64"), hex, dec };
  return { id: b64Url, ...Object.fromEntries(Object.entries(forms).map(([name, text]) => [name, prefix + text])) };
}

export const randomId: FrameworkResource = {
  attributes: {
    keepers: KEEPERS,
    byteLength: positive,
    prefix: { type: "string", from: "optional", replaces: true },
    ...{ b64Url: computed, b64Std: computed, hex: computed, dec: computed, id: computed },
  },
  create: ({ byteLength, prefix = "" }) => Promise.resolve(idOf(drawBytes(Number(byteLength)), String(prefix))),
  import(id) {
    const at = id.lastIndexOf(",");
    const [prefix, encoded] = [id.slice(0, Math.max(at, 0)), id.slice(at + 1)];
    if (!BASE64_URL.test(encoded)) throw new Error(`"${id}" is not [prefix,]b64Url, by which a RandomId is imported`);
    const bytes = Buffer.from(encoded, "base64url");
    return { ...idOf(bytes, prefix), byteLength: bytes.length, ...(prefix !== "" && { prefix }) };
  },
};

const bytesOf = (bytes: Buffer): PropertyMap => ({
  id: "none",
  base64: bytes.toString("base64"),
  hex: bytes.toString("hex"),
});

/** The official provider makes the secret itself the id, which is shown and kept in clear. */
export const randomBytes: FrameworkResource = {
  attributes: {
    ...{ keepers: KEEPERS, length: positive },
    base64: { ...computed, sensitive: true },
    hex: { ...computed, sensitive: true },
  },
  create: ({ length }) => Promise.resolve(bytesOf(drawBytes(Number(length)))),
  import(id) {
    if (!BASE64.test(id)) throw new Error("what was given is not base64, by which RandomBytes are imported");
    const bytes = Buffer.from(id, "base64");
    return { ...bytesOf(bytes), length: bytes.length };
  },
};

export const randomInteger: FrameworkResource = {
  attributes: {
    keepers: KEEPERS,
    min: { type: "int", from: "required", replaces: true },
    max: { type: "int", from: "required", replaces: true },
    result: { ...computed, type: "int" },
    id: computed,
  },
  refused: SEED,
  validate: ({ min, max }) =>
    typeof min === "number" && typeof max === "number" && max < min
      ? [{ property: "max", reason: `max is ${max}, less than min, which is ${min}` }]
      : [],
  create({ min, max }) {
    const result = Number(min) + randomBelow(Number(max) - Number(min) + 1);
    return Promise.resolve({ id: String(result), result });
  },
  import(id) {
    const parts = id.split(",").map(Number);
    const [result, min, max] = parts;
    if (
      result === undefined ||
      min === undefined ||
      max === undefined ||
      parts.length > 3 ||
      !parts.every(Number.isInteger)
    ) {
      throw new Error(`"${id}" is not result,min,max, by which a RandomInteger is imported`);
    }
    return { id: String(result), result, min, max };
  },
};

/** Unbiased, also above the 2^48 that Node.js draws below. */
function randomBelow(range: number): number {
  if (range < 2 ** 48) return randomInt(range);
  for (;;) {
    const drawn = drawBytes(8).readBigUInt64BE() & ((1n << 53n) - 1n);
    if (drawn < BigInt(range)) return Number(drawn);
  }
}

export const randomShuffle: FrameworkResource = {
  attributes: {
    keepers: KEEPERS,
    inputs: { type: "strings", from: "required", replaces: true, renamedFrom: "input" },
    resultCount: { type: "int", from: "optional", replaces: true },
    results: { ...computed, type: "strings", renamedFrom: "result" },
    id: computed,
  },
  refused: SEED,
  create({ inputs, resultCount }) {
    const all = inputs as readonly string[];
    const count = all.length === 0 ? 0 : Number(resultCount ?? 0) || all.length;
    const results: string[] = [];
    while (results.length < count) results.push(...shuffle(all));
    return Promise.resolve({ id: "-", results: results.slice(0, count) });
  },
};

/** Adjectives, and an animal at the end. */
export const randomPet: FrameworkResource = {
  attributes: {
    keepers: KEEPERS,
    length: { type: "int", from: "optional+computed", default: 2, replaces: true },
    prefix: { type: "string", from: "optional", replaces: true },
    separator: { type: "string", from: "optional+computed", default: "-", replaces: true },
    id: computed,
  },
  async create({ length, prefix = "", separator = "-" }) {
    const { adjectives, animals } = await import("unique-names-generator");
    const lists = Array.from({ length: Number(length) }, (_, i) => (i + 1 === length ? animals : adjectives));
    const words = lists.map((list) => list[randomInt(list.length)] ?? "");
    return { id: [...(prefix === "" ? [] : [String(prefix)]), ...words].join(String(separator)) };
  },
};
