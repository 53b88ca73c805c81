import { spawnSync } from "node:child_process";
import { mkdtempSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TestProject } from "../cli/project";

// The SDK of the program was older than ours and kept its store to itself, or a package brought a second copy: resources
// were looked for behind no address, or not registered at all and nobody was told.
const PROGRAM = `
  import * as pulumi from "@pulumi/pulumi";
  import * as random from "@pulumi/random";
  class Group extends pulumi.ComponentResource {
    constructor(name: string) {
      const lower: pulumi.ResourceTransform = ({ type, props, opts }) =>
        type.startsWith("random:") ? { props: { ...props, upper: false, special: false }, opts } : undefined;
      super("test:index:Group", name, {}, { transforms: [lower] });
    }
  }
  const parent = new Group("group");
  const text = new random.RandomString("text", { length: 40 }, { parent, protect: false });
  export const isLower = text.result.apply((value) => /^[a-z0-9]{40}$/.test(value));
  export const password = new random.RandomPassword("password", { length: 10 }).result;
`;

const folder = mkdtempSync(join(tmpdir(), "groundwork-sdk-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** 3.130 is of 2024; this @pulumi/random wants a newer one, and gets a copy of its own. */
function install(): boolean {
  const packages = { "@pulumi/pulumi": "3.130.0", "@pulumi/random": "4.20.0" };
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "old", main: "index.ts", dependencies: packages }),
  );
  writeFileSync(join(folder, "Pulumi.yaml"), "name: old\nruntime: nodejs\n");
  writeFileSync(join(folder, "index.ts"), PROGRAM);
  const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline", "--fetch-retries=0"];
  return spawnSync("npm", ["install", ...flags], { cwd: folder, timeout: 120_000 }).status === 0;
}

// Installed by npm as users have it; where no registry can be reached there is no other version to try.
const isThere = install();
const NAME = "a program with an older SDK, of which a package brings another copy, goes up and stays as it is";

(isThere ? test : test.skip)(isThere ? NAME : `${NAME}: needs a registry to install it from`, async () => {
  const project = new TestProject(folder);
  unlinkSync(join(project.folder, "node_modules"));
  renameSync(join(folder, "node_modules"), join(project.folder, "node_modules"));
  try {
    expect((await project.run(["stack", "init", "dev"])).code).toBe(0);
    const up = await project.run(["up", "--yes"]);
    expect([up.code, up.stderr]).toEqual([0, ""]);
    expect(up.stdout).toContain("+ 4 created");
    const outputs = JSON.parse((await project.run(["stack", "output", "--json"])).stdout) as unknown;
    expect(outputs).toEqual({ isLower: true, password: "[secret]" });
    expect((await project.run(["up", "--yes", "--expect-no-changes"])).code).toBe(0);
    expect((await project.run(["destroy", "--yes"])).code).toBe(0);
  } finally {
    project.dispose();
  }
});
