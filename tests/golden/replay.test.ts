import { eventsOf, exported, previewOf, recordedEvents, recordedPreview, recordedState } from "./recordings";
import { Scene } from "./scene";

/** The program as it was before it ignored the memberships of `login`, which the recordings begin with. */
const WITHOUT_IGNORED: readonly [string, string] = [', { ...po, ignoreChanges: ["roles"] });', ", po);"];

const DRIFTS: readonly (readonly [string, string, (scene: Scene) => Promise<unknown>])[] = [
  ["00", "nothing is changed", async () => undefined],
  ["01", "permissions are changed", ({ broker }) => broker.ctl("set_permissions", "-p", "peer", "alice", "", "", "")],
  ["02", "a user is deleted", ({ broker }) => broker.ctl("delete_user", "bob")],
  ["04", "tags are changed", ({ broker }) => broker.ctl("set_user_tags", "alice", "administrator")],
  ["05", "a policy is cleared", ({ broker }) => broker.ctl("clear_policy", "-p", "peer", "pol")],
  ["06", "permissions are cleared", ({ broker }) => broker.ctl("clear_permissions", "-p", "peer", "alice")],
  ["07", "a role's limit is changed", ({ database }) => database.query("ALTER ROLE app_login CONNECTION LIMIT 9")],
];

jest.setTimeout(180_000);

let scene: Scene;

beforeAll(async () => {
  scene = await Scene.open();
  scene.program(WITHOUT_IGNORED);
});
afterAll(() => scene.close());

async function state() {
  return exported((await scene.run("stack", "export", "--show-secrets")).stdout);
}

async function variants(...numbers: readonly number[]) {
  const output = async (n: number) => {
    const { stdout } = await scene.aside("preview", "--json", "--config", `variant=${n}`);
    return previewOf(stdout);
  };
  for (const n of numbers) expect([n, await output(n)]).toEqual([n, recordedPreview(`variant${n}`)]);
}

it("previews, makes and finds again what Pulumi's engine and providers do", async () => {
  expect(previewOf((await scene.run("preview", "--json")).stdout)).toEqual(recordedPreview("create"));
  scene.program();
  const up = await scene.run("up", "--yes", "--skip-preview", "--json");
  expect(new Map(eventsOf(up.stdout))).toEqual(new Map(recordedEvents("up-events")));
  expect(previewOf((await scene.run("preview", "--json")).stdout)).toEqual(recordedPreview("noop"));
});

it("keeps the recorded state, before and after a refresh", async () => {
  expect(await state()).toEqual(recordedState("up-plain"));
  scene.program(WITHOUT_IGNORED);
  await scene.run("up", "--yes", "--skip-preview");
  await scene.run("refresh", "--yes", "--skip-preview");
  expect(await state()).toEqual(recordedState("refresh-plain"));
});

it("proposes for each variant what the recordings propose", async () => {
  expect(previewOf((await scene.run("preview", "--json")).stdout)).toEqual(recordedPreview("after-refresh"));
  await Promise.all([variants(1, 2, 3), variants(4, 5, 6)]);
  scene.program();
  await scene.run("up", "--yes", "--skip-preview");
  await Promise.all([variants(11, 14), variants(12)]);
});

it.each(DRIFTS)("finds and repairs drift %s: %s", async (number, _, change) => {
  await change(scene);
  const [refresh, preview] = await Promise.all([
    scene.aside("refresh", "--preview-only", "--json"),
    scene.aside("preview", "--refresh", "--json", "--expect-no-changes"),
  ]);
  expect(previewOf(refresh.stdout)).toEqual(recordedPreview(`drift-${number}-refresh`));
  const { changeSummary } = previewOf(preview.stdout);
  expect(previewOf(preview.stdout)).toEqual(recordedPreview(`drift-${number}-preview`));
  const { same: _same, ...changes } = changeSummary;
  expect(preview.code).toBe(Object.keys(changes).length > 0 ? 7 : 0);
  const repair = eventsOf((await scene.run("up", "--yes", "--skip-preview", "--refresh", "--json")).stdout);
  expect(repair.at(-2)).toMatchObject(["summaryEvent", { resourceChanges: changeSummary }]);
});

const PASSWORDS: readonly (readonly [string, string, (scene: Scene) => Promise<unknown>])[] = [
  ["03", "a broker user", ({ broker }) => broker.ctl("change_password", "alice", "xyz")],
  ["08", "a role", ({ database }) => database.query("ALTER ROLE app_login PASSWORD 'zzz'")],
];

it.each(PASSWORDS)("sees in drift %s a changed password of %s, which Pulumi's providers do not", async (number, _, change) => {
  await change(scene);
  expect(recordedPreview(`drift-${number}-refresh`).changeSummary).toEqual({ same: 30 });
  const { stdout } = await scene.run("refresh", "--preview-only", "--json");
  expect(previewOf(stdout).changeSummary).toEqual({ same: 29, update: 1 });
  const repaired = eventsOf((await scene.run("up", "--yes", "--skip-preview", "--refresh", "--json")).stdout);
  expect(repaired.at(-2)).toMatchObject(["summaryEvent", { resourceChanges: { same: 29, update: 1 } }]);
  // What an update leaves unset is read as empty: the state that the recordings go on from was read last.
  await scene.run("up", "--yes", "--skip-preview", "--refresh");
});

it("replaces a user and what hangs on it by the recorded steps", async () => {
  const up = await scene.run("up", "--yes", "--skip-preview", "--json", "--config", "variant=11");
  expect(new Map(eventsOf(up.stdout))).toEqual(new Map(recordedEvents("variant11-events")));
  await scene.run("config", "rm", "variant");
  await scene.run("up", "--yes", "--skip-preview", "--refresh");
});

it("reads what it can while a server is down, fails by name, and previews all the same", async () => {
  await scene.withoutBroker(async () => {
    const refresh = await scene.run("refresh", "--yes", "--skip-preview", "--json");
    expect(refresh.code).toBe(1);
    const failed = eventsOf(refresh.stdout).flatMap(([key]) => (key.startsWith("resOpFailedEvent") ? [key] : []));
    expect(failed).toHaveLength(11);
    expect(failed.filter((key) => !key.includes("::rabbitmq:"))).toEqual([]);
    expect(await scene.run("preview", "--json")).toMatchObject({ code: 0 });
  });
  expect(await scene.run("preview", "--refresh", "--expect-no-changes")).toMatchObject({ code: 0 });
});

it("goes down by the recorded steps", async () => {
  await scene.run("up", "--yes", "--skip-preview");
  const down = await scene.run("destroy", "--yes", "--skip-preview", "--json");
  // The recorded stack had not been refreshed since its role became a member of the other.
  const asRecorded = JSON.parse(JSON.stringify(eventsOf(down.stdout)).replaceAll('"roles":["app_rw"]', '"roles":[]'));
  expect(new Map(asRecorded as ReturnType<typeof eventsOf>)).toEqual(new Map(recordedEvents("destroy-events")));
});

it("leaves nothing behind", async () => {
  expect(await state()).toEqual(recordedState("destroy"));
  expect(await scene.left()).toEqual({ users: [], vhosts: [], roles: [], databases: [] });
});
