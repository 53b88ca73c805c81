import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import type { DriftReport } from "../../cli/drift/report";
import { builtinProviders } from "../../providers";
import type { ResourceProvider } from "../../providers/base/provider";
import { isPropertyMap, mapMembers, Secret } from "../../providers/base/values";
import type { PropertyMap, Value } from "../../providers/base/values";
import { TestProject } from "../cli/project";
import { startTestBroker, startTestDatabase, uniqueName, type TestBroker, type TestDatabase } from "../support/servers";

/** Recorded from Pulumi's own CLI and the official providers, secrets in clear. */
const RECORDED = path.resolve(__dirname, "../engine/state/fixtures/state-after-up-plain.json");
const ENVELOPE = "4dabf18193072939515e22adb298388d";
const MINUTES = 60_000;
/** The recording's certificate has become due since; its program made no database to copy from. */
const DUE = "changed LocallySignedCert 107984391845770588043060805070153591270: readyForRenewal";
const COPIED = "undeclared database peertpl: ";

interface Recorded {
  readonly deployment: {
    readonly resources: readonly { readonly urn: string; readonly type: string; readonly inputs?: PropertyMap }[];
  };
}

const suffix = uniqueName("");
let broker: TestBroker;
let database: TestDatabase;
let project: TestProject;

beforeAll(async () => {
  [broker, database] = await Promise.all([startTestBroker(), startTestDatabase()]);
  await database.query(`CREATE DATABASE peertpl${suffix} TEMPLATE template0`);
  await database.query("CREATE TABLE public.t1 (id int)", `peertpl${suffix}`);
  const state = JSON.parse(here(readFileSync(RECORDED, "utf8"))) as Recorded;
  await makeObjects(state);
  // Its secrets are in clear, and are encrypted under the passphrase of the stack that takes them.
  const { secrets_providers: _theirs, ...deployment } = state.deployment as Record<string, unknown>;

  const source = mkdtempSync(path.join(tmpdir(), "groundwork-recorded-"));
  writeFileSync(path.join(source, "Pulumi.yaml"), "name: peerprog\nruntime: nodejs\n");
  writeFileSync(path.join(source, "state.json"), JSON.stringify({ ...state, deployment }), { mode: 0o600 });
  project = await TestProject.withStack(source);
  rmSync(source, { recursive: true });
  expect(await project.run(["stack", "import", "--file", "state.json"])).toMatchObject({ code: 0 });
}, 3 * MINUTES);

afterAll(async () => {
  project?.dispose();
  await broker?.ctl("delete_vhost", `peer${suffix}`);
  for (const user of ["alice", "bob"]) await broker?.ctl("delete_user", `${user}${suffix}`);
  for (const name of ["peerdb", "peertpl"])
    await database?.query(`DROP DATABASE IF EXISTS ${name}${suffix} WITH (FORCE)`);
  for (const role of ["app_login", "app_rw"]) await database?.query(`DROP ROLE IF EXISTS ${role}${suffix}`);
}, MINUTES);

test("a stack that Pulumi's own CLI brought up has no drift but for what time has brought", async () => {
  expect(await drift()).toEqual([DUE, COPIED]);
});

test(
  "what the official providers do not see is found in it",
  async () => {
    await broker.ctl("change_password", `alice${suffix}`, "somebody-elses");
    await broker.ctl("set_user_tags", `alice${suffix}`);
    await database.query(`ALTER ROLE app_login${suffix} PASSWORD 'somebody-elses'`);
    await database.query(`GRANT UPDATE (id) ON t1 TO app_rw${suffix}`, `peerdb${suffix}`);
    expect(await drift()).toEqual([
      DUE,
      `changed Role app_login: password`,
      `changed User alice: password`,
      `changed User alice: tags`,
      COPIED,
      `undeclared grant on column public.t1.id to app_rw: `,
    ]);
  },
  MINUTES,
);

/** Without what other tests have on the same servers. */
async function drift(): Promise<readonly string[]> {
  const { stdout, stderr } = await project.run(["drift", "--json"]);
  if (stdout === "") throw new Error(stderr);
  const { findings, unknown } = JSON.parse(stdout) as DriftReport;
  expect(unknown).toEqual([]);
  return findings
    .filter(({ urn, object }) => urn !== undefined || object.includes(suffix))
    .map(({ kind, object, path: property }) => `${kind} ${object}: ${property}`.replaceAll(suffix, ""))
    .sort();
}

/** The recording as it would be on the run's servers, with names of this test's own. */
function here(recorded: string): string {
  return recorded
    .replace(/alice|bob|app_rw|app_login|peerdb|peertpl|(?<=["@])peer(?=["/])/g, (name) => name + suffix)
    .replace("http://127.0.0.1:25680", broker.endpoint)
    .replace('"host": "127.0.0.1"', `"host": "${database.host}"`)
    .replaceAll("54329", String(database.port))
    .replaceAll('"127.0.0.1"', (text, at: number, all: string) =>
      /"host":\s*$/.test(all.slice(0, at)) ? `"${database.host}"` : text,
    )
    .replaceAll("adminpw", broker.password);
}

async function makeObjects({ deployment }: Recorded): Promise<void> {
  const config: Readonly<Record<string, PropertyMap>> = {
    rabbitmq: { endpoint: broker.endpoint, username: broker.username, password: broker.password },
    postgresql: {
      ...{ host: database.host, port: String(database.port), sslmode: "disable" },
      ...{ username: database.username, password: database.password },
    },
  };
  const providers = new Map<string, ResourceProvider>();
  for (const [name, inputs] of Object.entries(config)) {
    const provider = await builtinProviders.get(name)?.();
    if (provider === undefined) throw new Error(`there is no provider ${name}`);
    await provider.configure(inputs);
    providers.set(name, provider);
  }
  for (const { urn, type, inputs = {} } of deployment.resources) {
    const provider = providers.get(type.split(":")[0] ?? "");
    await provider?.create({ urn, type, name: "it", inputs: opened(inputs) as PropertyMap, preview: false });
  }
  await Promise.all([...providers.values()].map((provider) => provider.close()));
}

function opened(value: Value): Value {
  if (!isPropertyMap(value) || !(ENVELOPE in value)) return mapMembers(value, opened);
  return new Secret(JSON.parse(String(value["plaintext"])) as Value);
}
