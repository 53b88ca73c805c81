import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TestProject } from "../cli/project";

const PROGRAM = `
  const { dynamic } = require("@pulumi/pulumi");
  class Waiting extends dynamic.Resource {
    constructor(name, args) {
      super({
        async create(inputs) {
          require("node:fs").writeFileSync(inputs.told, String(process.pid));
          await new Promise(() => setInterval(() => undefined, 1000));
        },
      }, name, args);
    }
  }
  new Waiting("a", { told: require("node:path").join(__dirname, "pid") });
`;

const folder = mkdtempSync(join(tmpdir(), "groundwork-outlived-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await new Promise((resolve) => setTimeout(resolve, 50));
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

// A run that is killed by a signal which it cannot catch ends no plugin: each waited for its next call for ever.
test("the processes of plugins end with a run that is killed", async () => {
  writeFileSync(join(folder, "Pulumi.yaml"), "name: outlived\nruntime: nodejs\n");
  writeFileSync(join(folder, "index.js"), PROGRAM);
  const project = await TestProject.withStack(folder);
  try {
    const told = join(project.folder, "pid");
    const up = project.start(["up", "--yes", "--skip-preview"]);
    await until(() => existsSync(told) && readFileSync(told, "utf8") !== "");
    const plugin = Number(readFileSync(told, "utf8"));
    expect(runs(plugin)).toBe(true);
    up.child.kill("SIGKILL");
    await up.finished;
    await until(() => !runs(plugin));
  } finally {
    project.dispose();
  }
});
