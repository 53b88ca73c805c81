import { readFileSync } from "node:fs";
import { join } from "node:path";

import { fromWire, toWire } from "../../../providers/base/wire";
import type { PropertyMap } from "../../../providers/base/values";
import { startTestDatabase, uniqueName, type TestDatabase } from "../../support/servers";
import { Engine } from "./support";

interface Creation {
  readonly method: string;
  readonly request: { urn: string; type: string; name: string; properties: object };
  readonly response: { id: string; properties: object };
}

/** The recording's names made this test's own: roles and databases are shared by all tests of a run. */
function recordedCreations(suffix: string): Creation[] {
  const recorded = readFileSync(join(__dirname, "fixtures", "recorded.json"), "utf8");
  const renamed = recorded.replace(/app_rw|app_login|peerdb|peertpl/g, (name) => name + suffix);
  return (JSON.parse(renamed) as Creation[]).filter((call) => call.method === "Create");
}

describe("the official provider's recorded creations", () => {
  const suffix = uniqueName("");
  let server: TestDatabase;
  let engine: Engine;

  beforeAll(async () => {
    server = await startTestDatabase();
    engine = await Engine.on(server);
    await server.query(`CREATE DATABASE peertpl${suffix} TEMPLATE template0`);
    await server.query("CREATE TABLE public.t1 (id int)", `peertpl${suffix}`);
  }, 120_000);

  afterAll(async () => {
    await engine.close();
    for (const database of ["peerdb", "peertpl"])
      await server.query(`DROP DATABASE IF EXISTS ${database}${suffix} WITH (FORCE)`);
    for (const role of ["app_rw", "app_login"]) await server.query(`DROP ROLE IF EXISTS ${role}${suffix}`);
  });

  test("give the same ids and outputs on a real server, and a refresh finds no change", async () => {
    for (const { request, response } of recordedCreations(suffix)) {
      const { urn, type, name, properties } = request;
      const inputs = fromWire(properties) as PropertyMap;
      const created = await engine.provider.create({ urn, type, name, inputs, preview: false });
      expect({ id: created.id, properties: toWire(created.outputs) }).toEqual(response);
      const read = await engine.provider.read({ urn, type, name, id: created.id, inputs, outputs: created.outputs });
      const diff = await engine.provider.diff({
        urn,
        type,
        name,
        id: created.id,
        oldInputs: read?.inputs ?? {},
        oldOutputs: read?.outputs ?? {},
        inputs,
      });
      // Memberships by GrantRole come after this point.
      expect(diff.detailedDiff).toEqual({});
    }
  });
});
