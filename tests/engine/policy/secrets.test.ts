import { withSecretsKept } from "../../../engine/policy/secrets";
import { Secret, secret, UNKNOWN } from "../../../providers/base/values";
import type { PropertyMap } from "../../../providers/base/values";

const hidden = secret("hunter2");

it.each<[name: string, before: PropertyMap, after: PropertyMap, kept: PropertyMap]>([
  ["a secret that came back plain", { a: hidden }, { a: "hunter2" }, { a: hidden }],
  ["what came in the place of a secret", { a: hidden }, { a: { x: [1] } }, { a: new Secret({ x: [1] }) }],
  ["a mark that was kept", { a: hidden }, { a: hidden }, { a: hidden }],
  ["a secret deep down", { a: { b: [hidden, "c"] } }, { a: { b: ["new", "c"] } }, { a: { b: [secret("new"), "c"] } }],
  ["a list with secrets that got longer", { a: [hidden] }, { a: ["x", "y"] }, { a: new Secret(["x", "y"]) }],
  ["an object in the place of a list with secrets", { a: [hidden] }, { a: { x: 1 } }, { a: new Secret({ x: 1 }) }],
  [
    "a copy under another name",
    { a: hidden },
    { a: hidden, b: "u:hunter2@h" },
    { a: hidden, b: secret("u:hunter2@h") },
  ],
  ["a text within an object", { a: new Secret({ k: "hunter2" }) }, { b: "hunter2" }, { b: hidden }],
  [
    "nothing that was not secret",
    { a: "x", n: 1 },
    { a: "y", n: 2, new: [true, null] },
    { a: "y", n: 2, new: [true, null] },
  ],
  ["no short text by chance", { a: secret("no") }, { a: secret("no"), b: "none" }, { a: secret("no"), b: "none" }],
  ["what is not known", { a: hidden, b: UNKNOWN }, { a: UNKNOWN, b: UNKNOWN }, { a: new Secret(UNKNOWN), b: UNKNOWN }],
])("marks %s", (_name, before, after, kept) => {
  expect(withSecretsKept(after, before)).toEqual(kept);
});
