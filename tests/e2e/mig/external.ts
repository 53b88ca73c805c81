import { readFileSync, writeFileSync } from "node:fs";
import { parse } from "yaml";

import { schemaSql } from "../../../components/platforms/mig/schema";
import { asOperator, takeInventory } from "../support/inventory";
import type { Scene } from "./scene";

const OTHERS = "agents, agents_stats, agtmodreq, commands, invagtmodperm, investigators, modules, signatures";

/** A database whose tables somebody else makes. Comes after the end of the environment that made its own. */
export function externalTests(scene: () => Scene): void {
  const sql = (statement: string, database?: string) =>
    asOperator(scene().environment, async (client) => void (await client.query(statement)), database);

  beforeAll(async () => {
    const { configFile } = scene().environment;
    const file = parse(readFileSync(configFile, "utf8")) as {
      config: { "groundwork:environment": { mig: { database: { schema: string } } } };
    };
    file.config["groundwork:environment"].mig.database.schema = "external";
    writeFileSync(configFile, JSON.stringify(file));
    await sql("CREATE ROLE migadmin LOGIN PASSWORD 'theirs'");
    await sql("CREATE DATABASE mig OWNER migadmin");
    await sql("CREATE TABLE actions ()", "mig");
  });

  test("is refused without its tables, which are named, before anything is touched", async () => {
    const { environment } = scene();
    const before = await takeInventory(environment);
    const refused = await environment.operate("up", "--yes");
    expect(refused.code).toBe(1);
    expect(refused.stdout + refused.stderr).toContain(
      `Database mig lacks the tables ${OTHERS}: apply the schema first`,
    );
    expect(await takeInventory(environment)).toEqual(before);
  }, 60_000);

  test("is used as it is once it has them: its owner is not touched, and the daemons' roles get their rights", async () => {
    const { environment } = scene();
    await sql("DROP TABLE actions", "mig");
    await sql(`SET ROLE migadmin; ${schemaSql()}`, "mig");
    const up = await environment.operate("up", "--yes", "--skip-preview");
    expect(up).toMatchObject({ code: 0, stderr: "" });
    const rights = await asOperator(
      environment,
      (client) =>
        client.query(`SELECT has_table_privilege('migapi', 'actions', 'INSERT') AS api,
          has_table_privilege('migscheduler', 'commands', 'UPDATE') AS scheduler,
          has_column_privilege('migapi', 'investigators', 'privatekey', 'SELECT') AS secret`),
      "mig",
    );
    expect(rights.rows).toEqual([{ api: true, scheduler: true, secret: false }]);

    expect(await environment.operate("destroy", "--yes", "--skip-preview")).toMatchObject({ code: 0, stderr: "" });
    const left = await asOperator(environment, (client) =>
      client.query("SELECT datname FROM pg_database WHERE datname = 'mig'"),
    );
    expect(left.rows).toHaveLength(1);
  }, 180_000);
}
