import { keyCrypter } from "../../../engine/state/passphrase";
import { PropertyCodec } from "../../../engine/state/property-codec";
import { decodeResource, encodeResource } from "../../../engine/state/resource-codec";
import type { ResourceState } from "../../../engine/resource-state";
import { Secret } from "../../../providers/base/values";

const codec = new PropertyCodec(keyCrypter(Buffer.alloc(32, 1)));
const THING: ResourceState = {
  ...{ urn: "urn:pulumi:dev::p::pkg:index:Thing::a", type: "pkg:index:Thing", custom: true, id: "a" },
  ...{ inputs: { x: 1 }, outputs: { x: 1 }, dependencies: [], propertyDependencies: {} },
};

test.each<[string, Partial<ResourceState>]>([
  ["the trigger of a replacement", { replacementTrigger: { generation: 1 } }],
  ["a secret in a trigger", { replacementTrigger: [new Secret("hunter2")] }],
  ["changes that are hidden", { hideDiff: ["a.b", "c[*]"] }],
])("writes and reads %s", (_, fields) => {
  const written = JSON.stringify(encodeResource({ ...THING, ...fields }, codec));
  expect(written).not.toContain("hunter2");
  expect(decodeResource(JSON.parse(written), codec)).toEqual({ ...THING, ...fields });
});

test("a trigger that Go wrote as null is none", () => {
  const written = { ...encodeResource(THING, codec), replacementTrigger: null };
  expect(decodeResource(written, codec)).toEqual(THING);
});
