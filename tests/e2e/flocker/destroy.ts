import { existsSync } from "node:fs";
import * as path from "node:path";

import type { CliResult } from "../support/environment";
import { type Inventory, takeInventory } from "../support/inventory";
import type { Scene } from "./scene";

/** What the hosts package remembers for a host that comes back. */
const LEDGER = "/var/lib/groundwork";

/** What is left when all is taken back. Comes last: there is no environment afterwards. */
export function destroyTests(scene: () => Scene): void {
  let result: CliResult;
  let after: Inventory;

  beforeAll(async () => {
    const { environment } = scene();
    result = await environment.operate("destroy", "--yes");
    after = await takeInventory(environment);
  }, 120_000);

  test("succeeds, and leaves an empty stack", async () => {
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect((await scene().environment.exportState()).deployment.resources ?? []).toEqual([]);
  });

  test("hosts have the files that they had, content, owner and mode", () => {
    const { before } = scene();
    for (const [host, files] of Object.entries(after.files)) {
      const rest = Object.entries(files).filter(([file]) => !file.startsWith(LEDGER) && !file.startsWith("/tmp"));
      const had = Object.entries(before.files[host] ?? {}).filter(([file]) => !file.startsWith("/tmp"));
      expect([host, Object.fromEntries(rest)]).toEqual([host, Object.fromEntries(had)]);
    }
  });

  test.each(["relay1", "db1", "api1", "agent1", "agent2", "agent3"])(
    "nothing of either is left on %s",
    async (name) => {
      const host = scene().environment.host(name);
      const found = await host.run("find /etc/flocker /etc/mysql-mmm /usr/local/mmm -type f 2>/dev/null || :");
      expect(found).toBe(name === "agent1" ? "/usr/local/mmm/etc/mmm_agent.conf" : "");
    },
  );

  test("the administrator's folder is gone, and what was made for it", () => {
    expect(existsSync(path.dirname(scene().administrator))).toBe(false);
  });
}
