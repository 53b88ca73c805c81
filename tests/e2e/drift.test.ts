import { BREAKS, type Place } from "./drift/breaks";
import { type Shown, shownResources } from "./support/diff";
import { type CliResult, Environment } from "./support/environment";
import { asOperator, type Inventory, takeInventory } from "./support/inventory";
import { type ExportedState, urnOf } from "./support/state";

const MINUTES = 60_000;

let environment: Environment | undefined;
let state: ExportedState;
let sound: Inventory;
let preview: CliResult;
let shown: readonly Shown[];

beforeAll(async () => {
  environment = await Environment.start("drift");
  expect(await environment.operate("up", "--yes")).toMatchObject({ code: 0 });
  [state, sound] = await Promise.all([environment.exportState(), takeInventory(environment)]);
  for (const { where, by } of BREAKS) await breakIt(environment, where, by);
  preview = await environment.operate("preview", "--refresh", "--diff");
  shown = shownResources(preview.stdout);
}, 4 * MINUTES);

afterAll(async () => environment?.stop(), MINUTES);

test.each(BREAKS)("a preview with refresh shows $what", ({ shows }) => {
  for (const { type, name, op, diff } of shows) {
    const urn = urnOf(state, type, name);
    // What was found, then what is to be done about it.
    expect(shown.filter((each) => each.urn === urn).map((each) => each.op)).toEqual(["refresh", op]);
    expect(shown.find((each) => each.urn === urn && each.op === op)?.properties).toMatch(diff);
  }
});

test("it shows nothing else", () => {
  const broken = BREAKS.flatMap(({ shows }) => shows).map(({ type, name }) => urnOf(state, type, name));
  expect(new Set(shown.map(({ urn }) => urn))).toEqual(new Set(broken));
  expect(preview).toMatchObject({ code: 0, stderr: "" });
});

test(
  "a preview that is to find no changes fails with code 7, and repairs nothing",
  async () => {
    const expected = await environment?.operate("preview", "--refresh", "--expect-no-changes");
    expect(expected?.code).toBe(7);
    expect(expected?.stderr).toMatch(/no changes were expected/);
  },
  MINUTES,
);

test(
  "up with refresh repairs all of it, and the next preview finds nothing",
  async () => {
    if (environment === undefined) throw new Error("There is no environment.");
    const creates = BREAKS.flatMap(({ shows }) => shows).filter(({ op }) => op === "create").length;
    const up = await environment.operate("up", "--refresh", "--yes", "--skip-preview");
    expect(up).toMatchObject({ code: 0, stderr: "" });
    expect(up.stdout).toMatch(new RegExp(`\\+ ${creates} created\n`));
    expect(up.stdout).not.toMatch(/deleted\n|replaced\n/);
    expect(await environment.operate("preview", "--refresh", "--expect-no-changes")).toMatchObject({
      code: 0,
      stderr: "",
    });
  },
  MINUTES,
);

test("broker, database and hosts are as they were before", async () => {
  if (environment === undefined) throw new Error("There is no environment.");
  expect(comparable(await takeInventory(environment))).toEqual(comparable(sound));
});

async function breakIt(broken: Environment, where: Place, by: string): Promise<void> {
  if (where === "sql") await asOperator(broken, (client) => client.query(by), "mig");
  else await broken.host(where).run(by);
}

/** Without what is new with every user that is made: the salt of its password. */
function comparable({ broker, ...rest }: Inventory) {
  const users = broker.users.map((user) => ({ ...user, password_hash: undefined }));
  return { ...rest, broker: { ...broker, users } };
}
