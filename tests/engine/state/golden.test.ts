import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Secret } from "../../../providers/base/values";
import { decodeSnapshot, encodeSnapshot, formatExport, parseExport } from "../../../engine/state/checkpoint";
import { arrange } from "../../../engine/state/integrity";
import { PropertyCodec } from "../../../engine/state/property-codec";
import type { Crypter } from "../../../engine/state/passphrase";
import { keyCrypter } from "../../../engine/state/passphrase";

const crypter: Crypter = keyCrypter(Buffer.alloc(32, 7));

function recording(name: string): { text: string; json: unknown } {
  const text = readFileSync(join(__dirname, "fixtures", name), "utf8");
  return { text, json: JSON.parse(text) };
}

describe.each(["state-after-up-plain.json", "state-after-refresh-plain.json", "state-after-destroy.json"])(
  "%s",
  (name) => {
    const { text, json } = recording(name);

    test("comes out as it went in, in the order in which Pulumi writes it", () => {
      const raw = parseExport(json, name);
      const snapshot = decodeSnapshot(raw, new PropertyCodec(crypter));
      const clear = encodeSnapshot(snapshot, raw.salt, { encode: (map) => plain(map) as Record<string, unknown> });
      const written = formatExport({ ...clear, time: raw.time, rest: raw.rest });
      expect(JSON.stringify(written, undefined, 4)).toBe(text.trimEnd());
    });

    test("stands in an order that arranging does not change", () => {
      const { resources } = decodeSnapshot(parseExport(json, name), new PropertyCodec(crypter));
      expect(arrange(resources)).toEqual(resources);
    });

    test("keeps every ciphertext when it is saved again", () => {
      const raw = parseExport(json, name);
      const first = encodeSnapshot(
        decodeSnapshot(raw, new PropertyCodec(crypter)),
        raw.salt,
        new PropertyCodec(crypter),
      );
      const codec = new PropertyCodec(crypter);
      expect(encodeSnapshot(decodeSnapshot(first, codec), raw.salt, codec)).toEqual(first);
    });
  },
);

/** As `stack export --show-secrets`, written apart from the code under test. */
function plain(value: unknown): unknown {
  if (value instanceof Secret) {
    return {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      plaintext: JSON.stringify(plain(value.value)),
    };
  }
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}
