import { writeFileSync } from "node:fs";
import * as path from "node:path";

import type { DriftReport } from "../../cli/drift/report";
import { TestProject } from "../cli/project";
import { startTestFleet, type TestHost } from "../support/servers";

const NODES = 200;
const MINUTES = 60_000;
/** Most of the time a host is waited for. */
const AT_ONCE = ["--parallel", "32"];

let fleet: Awaited<ReturnType<typeof startTestFleet>>;
let project: TestProject;

beforeAll(async () => {
  [fleet, project] = await Promise.all([
    startTestFleet(NODES),
    TestProject.withStack(path.join(__dirname, "drift/fixtures/fleet")),
  ]);
  const nodes = fleet.hosts.map(({ name, address, port, hostKey }) => ({ name, address, port, hostKey }));
  const file = path.join(project.folder, "nodes.json");
  writeFileSync(file, JSON.stringify({ nodes, privateKey: fleet.hosts[0]?.privateKey }), { mode: 0o600 });
  const up = await project.run(["up", "--yes", "--skip-preview", "--config", `nodes=${file}`, ...AT_ONCE]);
  expect(up).toMatchObject({ code: 0, stderr: "" });
}, 4 * MINUTES);

afterAll(async () => {
  project?.dispose();
  await fleet?.stop();
}, MINUTES);

test(
  "of 200 hosts one is down: it is named with exit code 1, and the others are reported",
  async () => {
    await host("node3").run("echo mine >>/etc/fleet/name");
    await host("node150").run("echo mine >/etc/fleet/extra");
    await host("node117").stop();
    const { code, stdout } = await project.run(["drift", "--json", ...AT_ONCE]);
    const report = JSON.parse(stdout) as DriftReport;
    expect(report.stacks).toEqual([{ project: "fleet", stack: "dev", resources: NODES, result: "unknown" }]);
    expect(report.unknown.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^Host node117 .* is unreachable/),
    ]);
    expect(
      report.findings.map(({ kind, object, place, path: property }) => [kind, object.split(":")[0], place, property]),
    ).toEqual([
      ["changed", "FileSet node3", undefined, 'files["/etc/fleet/name"].content'],
      ["undeclared", "file /etc/fleet/extra", "host node150", ""],
    ]);
    expect(code).toBe(1);
  },
  MINUTES,
);

function host(name: string): TestHost {
  const found = fleet.hosts.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}
