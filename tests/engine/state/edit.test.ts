import type { ResourceState, StateChange } from "../../../engine/resource-state";
import { deleteEntries, renameEntry, setProtection } from "../../../engine/state/edit";
import { resource, urn } from "./helpers";

const provider = resource("p", { type: "pulumi:providers:pkg", id: "0" });
const ref = `${provider.urn}::0`;
const a = resource("a", { provider: ref });
const b = resource("b", { provider: ref, dependencies: [a.urn], propertyDependencies: { x: [a.urn] } });
const c = resource("c", { provider: ref, parent: b.urn });
const all = [provider, a, b, c];

function after(changes: readonly StateChange[], before: readonly ResourceState[] = all): ResourceState[] {
  return before.flatMap((each) => {
    const change = changes.find(({ replacing, remove }) => replacing === each || remove === each);
    return change === undefined ? [each] : (change.put ?? []);
  });
}

const state = (resources: readonly ResourceState[] = all) => ({ resources, pendingOperations: [] });

test("deletes an entry that nothing refers to", () => {
  expect(after(deleteEntries(state(), c.urn, {}))).toEqual([provider, a, b]);
});

test("deletes what refers to an entry, directly or not, when it is told to", () => {
  expect(after(deleteEntries(state(), a.urn, { targetDependents: true }))).toEqual([provider]);
});

test.each([
  ["an entry that is not there", all, urn("x:y:Z", "z"), {}, /there is no resource .*::z/],
  ["an entry that others refer to", all, a.urn, {}, /::a is referred to by .*::b, .*::c;/],
  ["a provider of resources", all, provider.urn, {}, /is referred to by .*::a,/],
  ["a protected entry", [{ ...a, protect: true }], a.urn, {}, /::a is protected/],
  ["a protected dependent", [a, { ...b, protect: true }], a.urn, { targetDependents: true }, /::b is protected/],
  ["one of two entries of a URN", [{ ...a, delete: true }, a], a.urn, {}, /2 entries of .*::a/],
])("refuses to delete %s", (_, resources, which, options, message) => {
  expect(() => deleteEntries(state(resources), which, options)).toThrow(message);
});

test("--force deletes what is protected and all entries of a URN", () => {
  const both = [
    { ...a, delete: true },
    { ...a, protect: true },
  ];
  expect(after(deleteEntries(state(both), a.urn, { force: true }), both)).toEqual([]);
});

test("renames an entry and every reference to it", () => {
  const renamed = urn("pkg:index:Thing", "z");
  expect(after(renameEntry(state(), a.urn, "z"))).toEqual([
    provider,
    { ...a, urn: renamed },
    { ...b, dependencies: [renamed], propertyDependencies: { x: [renamed] } },
    c,
  ]);
});

test("renames a provider in the references of its resources", () => {
  const [first, second] = after(renameEntry(state(), provider.urn, "q"));
  expect(second?.provider).toBe(`${first?.urn ?? ""}::0`);
  expect(first?.urn).toMatch(/::pulumi:providers:pkg::q$/);
});

test.each([
  ["to the name of another", a.urn, "b", /::b is in the state already/],
  ["to nothing", a.urn, "", /"" is no name/],
  ["what is not there", urn("x:y:Z", "z"), "y", /there is no resource/],
])("refuses to rename %s", (_, which, name, message) => {
  expect(() => renameEntry(state(), which, name)).toThrow(message);
});

test("sets and clears protection, of some or of all", () => {
  expect(after(setProtection(state(), [b.urn], true)).filter((each) => each.protect)).toEqual([
    { ...b, protect: true },
  ]);
  const locked = all.map((each) => ({ ...each, protect: true }));
  expect(after(setProtection(state(locked), [], false), locked).some((each) => each.protect)).toBe(false);
  expect(setProtection(state(), [], false)).toEqual([]);
});
