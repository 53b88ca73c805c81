import { differences } from "../../../engine/drift/compare";
import { shown } from "../../../engine/drift/shown";
import type { StepInfo } from "../../../engine/events";
import type { ResourceState } from "../../../engine/resource-state";
import type { PropertyDiff } from "../../../providers/base/provider";
import { Secret } from "../../../providers/base/values";
import type { PropertyMap } from "../../../providers/base/values";

const URN = "urn:pulumi:dev::p::rabbitmq:index/user:User::worker";

function state(inputs: PropertyMap, outputs: PropertyMap = inputs, more: Partial<ResourceState> = {}): ResourceState {
  const base = { urn: URN, type: "rabbitmq:index/user:User", custom: true, id: "worker", provider: "p::1" };
  return { ...base, inputs, outputs, dependencies: [], propertyDependencies: {}, ...more };
}

/** A refresh as the engine tells it: kinds say what became of what the state knows. */
function refresh(
  old: ResourceState,
  found: ResourceState,
  kinds: Readonly<Record<string, PropertyDiff["kind"]>>,
): StepInfo {
  const detailedDiff = Object.fromEntries(
    Object.entries(kinds).map(([path, kind]) => [path, { kind, inputDiff: false }]),
  );
  return {
    op: "refresh",
    refreshOp: "update",
    urn: URN,
    type: old.type,
    provider: "p::1",
    old,
    new: found,
    detailedDiff,
  };
}

test("a resource that is as declared differs in nothing", () => {
  const same = state({ name: "worker" });
  expect(differences({ ...refresh(same, same, {}), refreshOp: "same" })).toEqual([]);
});

test("a resource that is gone is missing as a whole", () => {
  const old = state({ name: "worker" });
  expect(differences({ op: "refresh", refreshOp: "delete", urn: URN, type: old.type, provider: "p::1", old })).toEqual([
    { kind: "missing", path: "", declared: "exists", actual: null, severity: "high" },
  ]);
});

test("a property is told with both sides", () => {
  const found = differences(
    refresh(state({ permissions: { read: "^a$" } }), state({ permissions: { read: ".*" } }), {
      "permissions.read": "update",
    }),
  );
  expect(found).toEqual([
    { kind: "changed", path: "permissions.read", declared: "^a$", actual: ".*", severity: "medium" },
  ]);
});

test("a list whose members have no names is told once and as a whole, as its members have moved", () => {
  const found = differences(
    refresh(state({ privileges: ["USAGE", "CREATE"] }), state({ privileges: ["USAGE", "TEMPORARY"] }), {
      "privileges[1]": "update",
      "privileges[0]": "update",
    }),
  );
  expect(found).toMatchObject([{ path: "privileges", declared: ["USAGE", "CREATE"], actual: ["USAGE", "TEMPORARY"] }]);
});

test("a member that has a path is told by it, and one that is gone is missing", () => {
  const files = [
    { path: "/etc/a", mode: "0600" },
    { path: "/etc/b", mode: "0600" },
  ];
  const found = differences(
    refresh(state({ files }), state({ files: [{ path: "/etc/a", mode: "0644" }, { path: "/etc/b" }] }), {
      "files[0].mode": "update",
      "files[1]": "delete",
    }),
  );
  expect(found).toMatchObject([
    { kind: "changed", path: 'files["/etc/a"].mode', declared: "0600", actual: "0644", severity: "medium" },
    { kind: "missing", path: 'files["/etc/b"]', declared: "exists", actual: null, severity: "high" },
  ]);
});

test("secrets are never told, and what stands beside one weighs more", () => {
  const old = state({ files: [{ path: "/k", mode: "0600", content: new Secret("key") }], password: new Secret("a") });
  const now = state({ files: [{ path: "/k", mode: "0644", content: new Secret("key") }], password: new Secret("b") });
  expect(differences(refresh(old, now, { "files[0].mode": "update", password: "update" }))).toMatchObject([
    { path: 'files["/k"].mode', severity: "high" },
    { path: "password", declared: "[secret]", actual: "[secret]", severity: "high" },
  ]);
});

test("members of a list that is secret as a whole are secret", () => {
  const [old, now] = ["x", "y"].map((content) => state({ files: new Secret([{ path: "/k", content }]) }));
  if (old === undefined || now === undefined) throw new Error("there are two");
  expect(differences(refresh(old, now, { "files[0].content": "update" }))).toMatchObject([
    { declared: "[secret]", actual: "[secret]" },
  ]);
});

test("a property that only outputs tell is taken from there", () => {
  const found = differences(
    refresh(state({}, { pendingHandlers: [] }), state({}, { pendingHandlers: ["reload"] }), {
      pendingHandlers: "update",
    }),
  );
  expect(found).toMatchObject([{ path: "pendingHandlers", declared: [], actual: ["reload"] }]);
});

test("what a failed update has left in the state is not told as declared", () => {
  const left = state({}, { pendingHandlers: ["reload"] });
  const found = differences(refresh(left, left, { pendingHandlers: "update" }));
  expect(found).toMatchObject([{ path: "pendingHandlers", declared: null, actual: ["reload"] }]);
});

test("what the program ignores is nobody's to judge", () => {
  const old = state({ roles: [] }, { roles: [] }, { ignoreChanges: ["roles"] });
  expect(differences(refresh(old, state({ roles: ["a"] }), { "roles[0]": "add" }))).toEqual([]);
});

test("an object that is only looked up may change, but not go", () => {
  const old = state({}, { name: "a" }, { external: true });
  expect(differences(refresh(old, state({}, { name: "b" }), { name: "update" }))).toEqual([]);
  expect(differences({ ...refresh(old, old, {}), refreshOp: "delete" })).toHaveLength(1);
});

test("a text of several lines is told by its digest, as a provider tells what it found in a file", () => {
  expect(shown({ short: "short", long: "a\n" })).toEqual({
    short: "short",
    long: "sha256:87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7",
  });
});
