import type { PropertyMap } from "../../../providers/base/values";
import { Secret, UNKNOWN } from "../../../providers/base/values";
import { keyCrypter } from "../../../engine/state/passphrase";
import { CLEAR_WRITER, PropertyCodec } from "../../../engine/state/property-codec";

const crypter = keyCrypter(Buffer.alloc(32, 1));
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

test.each<[string, PropertyMap]>([
  ["scalars", { a: null, b: true, c: 1.5, d: "text" }],
  ["secrets at any depth", { list: [new Secret("x"), { inner: new Secret({ deep: [1] }) }] }],
  ["a secret within a secret's value", { outer: new Secret({ inner: new Secret("x") }) }],
  ["unknowns", { a: UNKNOWN, b: new Secret(UNKNOWN) }],
  [
    "an asset, by its signature",
    { file: { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", text: "t" } },
  ],
  ["a key that JavaScript treats as its own", JSON.parse('{"__proto__": {"a": 1}}') as PropertyMap],
])("writes and reads %s", (_, properties) => {
  const codec = new PropertyCodec(crypter);
  expect(codec.decode(JSON.parse(JSON.stringify(codec.encode(properties, "p"))), "p")).toEqual(properties);
});

test("writes no secret in clear, except to show it", () => {
  const properties = { password: new Secret("hunter2") };
  expect(JSON.stringify(new PropertyCodec(crypter).encode(properties, "p"))).not.toContain("hunter2");
  expect(CLEAR_WRITER.encode(properties)).toEqual({ password: { ...SECRET, plaintext: '"hunter2"' } });
});

test("sorts the keys of maps", () => {
  expect(Object.keys(new PropertyCodec(crypter).encode({ b: 1, a: 2 }, "p"))).toEqual(["a", "b"]);
});

describe("the ciphertext of a secret", () => {
  const codec = new PropertyCodec(crypter);
  const before = codec.encode({ password: new Secret("old") }, "urn inputs");

  test("stays while an equal secret stands at its place", () => {
    expect(codec.encode({ password: new Secret("old") }, "urn inputs")).toEqual(before);
  });

  test("is another at another place, so that equal secrets are not seen to be equal", () => {
    expect(codec.encode({ password: new Secret("old") }, "other inputs")).not.toEqual(before);
  });

  test("changes with the secret", () => {
    expect(codec.encode({ password: new Secret("new") }, "urn inputs")).not.toEqual(before);
  });
});

test("hashes equal properties alike, whatever is marked secret and however the keys stand", () => {
  const codec = new PropertyCodec(crypter);
  expect(codec.mac({ a: 1, b: new Secret("x") })).toBe(codec.mac({ b: "x", a: 1 }));
  expect(codec.mac({ a: 1 })).not.toBe(codec.mac({ a: 2 }));
});

test("names the property whose secret cannot be read", () => {
  const codec = new PropertyCodec(crypter);
  expect(() => codec.decode({ a: { b: SECRET } }, "urn inputs")).toThrow(/urn inputs\.a\.b/);
});
