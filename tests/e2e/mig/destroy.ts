import type { CliResult } from "../support/environment";
import { type Inventory, takeInventory } from "../support/inventory";
import { ADOPTED, type Scene } from "./scene";

const HANDED_OVER = "/var/cache/mig/action/new/1.json";
/** The way to it, which cannot be removed. */
const STAYS = ["/var/cache/mig", "/var/cache/mig/action", "/var/cache/mig/action/new", HANDED_OVER];

/** What is left when all is taken back. Comes last: there is no environment afterwards. */
export function destroyTests(scene: () => Scene): void {
  let result: CliResult;
  let after: Inventory;

  beforeAll(async () => {
    const { environment } = scene();
    await environment.host("api1").run(`echo '{}' >${HANDED_OVER}`);
    result = await environment.operate("destroy", "--yes");
    after = await takeInventory(environment);
  }, 180_000);

  test("succeeds, and leaves an empty stack", async () => {
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect((await scene().environment.exportState()).deployment.resources ?? []).toEqual([]);
  });

  test("the broker holds what it held, but for guest, and listens where it did", () => {
    const { before } = scene();
    const others = <T extends { name?: string; user?: string }>(all: readonly T[]) =>
      all.filter(({ name, user }) => name !== "guest" && user !== "guest");
    expect(after.broker).toEqual({
      ...before.broker,
      users: others(before.broker.users),
      permissions: others(before.broker.permissions),
    });
  });

  test("the database server has the roles, databases, rules and settings that it had", () => {
    expect(after.database).toEqual(scene().before.database);
  });

  test("hosts have the files that they had, content, owner and mode", () => {
    const { before } = scene();
    for (const [host, files] of Object.entries(after.files)) {
      const stays = host === "api1" ? STAYS : [];
      const rest = Object.entries(files).filter(([path]) => !stays.includes(path) && !path.startsWith(LEDGER));
      expect([host, Object.fromEntries(rest)]).toEqual([host, before.files[host]]);
    }
    expect(after.files[ADOPTED.host]?.[ADOPTED.path]).toBe(before.files[ADOPTED.host]?.[ADOPTED.path]);
  });

  test("what was handed over in the spool stays where it is, and nothing else does", () => {
    expect(STAYS.filter((path) => after.files["api1"]?.[path] === undefined)).toEqual([]);
  });

  test("it says what it does not undo", () => {
    expect(result.stdout).toMatch(/broker user "guest" was deleted and is not made again/);
    expect(result.stdout).toMatch(/host api1: \/var\/cache\/mig\/action\/new is not empty and stays/);
  });
}

/** What the hosts package remembers of directories that could not go. */
const LEDGER = "/var/lib/groundwork";
