import type { PropertyMap, Value } from "../../providers/base/values";
import { Secret, UNKNOWN, Unknown } from "../../providers/base/values";
import { IntegrityError } from "./errors";
import type { Crypter } from "./passphrase";

/** The key that marks an object of the state as more than an object. Source: Pulumi's `resource.SigKey`. */
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
export const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
/** Stands for a value that was not known. Source: Pulumi's `computedValuePlaceholder`. */
const UNKNOWN_PLACEHOLDER = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

interface Sealed {
  readonly plaintext: string;
  readonly ciphertext: string;
}

/**
 * Between property values and what the state file holds of them. Maps come out with sorted keys, as Go writes them.
 * Assets, archives and resource references are objects with a signature in both worlds and pass as they are.
 *
 * A secret that did not change keeps its ciphertext, whether it is the same object or an equal one at the same place,
 * so that saving an unchanged state changes nothing. Equal secrets at different places do not share a ciphertext:
 * the file does not tell that they are equal.
 */
export class PropertyCodec {
  readonly #crypter: Crypter;
  readonly #byObject = new WeakMap<Secret, string>();
  readonly #byPlace = new Map<string, Sealed>();

  constructor(crypter: Crypter) {
    this.#crypter = crypter;
  }

  /** `place` names where the properties belong (URN and inputs or outputs), for secrets and for messages. */
  encode(properties: PropertyMap, place: string): Record<string, unknown> {
    return encodeMap(properties, [place], (secret, path) => this.#seal(secret, path));
  }

  decode(properties: unknown, place: string): PropertyMap {
    if (properties === undefined || properties === null) return {};
    if (!isObject(properties)) throw new IntegrityError(`${place} of the state are not an object`);
    return decodeMap(properties, [place], (envelope, path) => this.#open(envelope, path));
  }

  /** A keyed hash of properties, the same for equal ones. Secret marks do not count. */
  mac(properties: PropertyMap): string {
    return this.#crypter.mac(JSON.stringify(encodeMap(properties, [], reveal)));
  }

  #seal(secret: Secret, path: string[]): unknown {
    const ciphertext = this.#byObject.get(secret) ?? this.#ciphertext(secret, path);
    return { [SIGNATURE_KEY]: SECRET_SIGNATURE, ciphertext };
  }

  #ciphertext(secret: Secret, path: string[]): string {
    const plaintext = JSON.stringify(encodeValue(secret.value, path, (inner, at) => this.#seal(inner, at)));
    const place = path.join("\0");
    const known = this.#byPlace.get(place);
    const ciphertext = known?.plaintext === plaintext ? known.ciphertext : this.#crypter.encrypt(plaintext);
    this.#remember(secret, place, { plaintext, ciphertext });
    return ciphertext;
  }

  #open(envelope: Readonly<Record<string, unknown>>, path: string[]): Secret {
    const { ciphertext, plaintext } = envelope;
    if (typeof ciphertext !== "string") {
      if (typeof plaintext === "string") return new Secret(this.#parse(plaintext, path));
      throw new IntegrityError(`the secret ${path.join(".")} of the state holds neither ciphertext nor plaintext`);
    }
    const place = path.join("\0");
    const opened = this.#crypter.decrypt(ciphertext);
    const secret = new Secret(this.#parse(opened, path));
    this.#remember(secret, place, { plaintext: opened, ciphertext });
    return secret;
  }

  #parse(plaintext: string, path: string[]): Value {
    let json: unknown;
    try {
      json = JSON.parse(plaintext);
    } catch {
      // The parser's message would quote the secret.
      throw new IntegrityError(`the secret ${path.join(".")} of the state holds no JSON`);
    }
    return decodeValue(json, path, (envelope, at) => this.#open(envelope, at));
  }

  #remember(secret: Secret, place: string, sealed: Sealed): void {
    this.#byObject.set(secret, sealed.ciphertext);
    this.#byPlace.set(place, sealed);
  }
}

/** Writes properties as `stack export --show-secrets` prints them. */
export const CLEAR_WRITER = {
  encode: (properties: PropertyMap): Record<string, unknown> => encodeMap(properties, [], showInClear),
};

function showInClear(secret: Secret, path: string[]): unknown {
  return { [SIGNATURE_KEY]: SECRET_SIGNATURE, plaintext: JSON.stringify(encodeValue(secret.value, path, showInClear)) };
}

function reveal(secret: Secret, path: string[]): unknown {
  return encodeValue(secret.value, path, reveal);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

type Seal = (secret: Secret, path: string[]) => unknown;
type Open = (envelope: Readonly<Record<string, unknown>>, path: string[]) => Secret;

function encodeValue(value: Value, path: string[], seal: Seal): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Secret) return seal(value, path);
  if (value instanceof Unknown) return UNKNOWN_PLACEHOLDER;
  if (isList(value))
    return value.map((member, index) => at(path, String(index), () => encodeValue(member, path, seal)));
  return encodeMap(value, path, seal);
}

function encodeMap(map: PropertyMap, path: string[], seal: Seal): Record<string, unknown> {
  const encoded: [string, unknown][] = [];
  for (const key of Object.keys(map).sort()) {
    const member = map[key];
    if (member !== undefined) encoded.push([key, at(path, key, () => encodeValue(member, path, seal))]);
  }
  return Object.fromEntries(encoded);
}

function decodeValue(value: unknown, path: string[], open: Open): Value {
  if (value === UNKNOWN_PLACEHOLDER) return UNKNOWN;
  if (Array.isArray(value))
    return value.map((member, index) => at(path, String(index), () => decodeValue(member, path, open)));
  if (!isObject(value)) return value as Value;
  return value[SIGNATURE_KEY] === SECRET_SIGNATURE ? open(value, path) : decodeMap(value, path, open);
}

function decodeMap(map: Readonly<Record<string, unknown>>, path: string[], open: Open): PropertyMap {
  return Object.fromEntries(
    Object.keys(map).map((key) => [key, at(path, key, () => decodeValue(map[key], path, open))]),
  );
}

/** One path grows and shrinks with the walk: it is only ever joined where a secret stands. */
function at<T>(path: string[], key: string, walk: () => T): T {
  path.push(key);
  const result = walk();
  path.pop();
  return result;
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}
