import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { localDirectory, localDirectoryProblem } from "../../stacks/local-directory";

const root = mkdtempSync(join(tmpdir(), "groundwork-local-directory-"));
const project = join(root, "project");
mkdirSync(join(project, "stacks"), { recursive: true });
symlinkSync(project, join(root, "link"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("a folder for secrets", () => {
  it.each([["outside"], ["project-2"], ["not/yet/there"]])("can be %s beside the project", (path) => {
    expect(localDirectoryProblem(join(root, path), project)).toBeUndefined();
  });

  it.each([["project"], ["project/stacks"], ["project/not/yet/there"], ["link/stacks"]])("cannot be %s", (path) => {
    expect(localDirectoryProblem(join(root, path), project)).toContain("is inside the project");
  });

  it("cannot be in this project", () => {
    expect(localDirectoryProblem(resolve(__dirname, "../../keys"))).toContain("is inside the project");
  });

  it.each(["flocker", "./flocker", "/a/../b", "/", "/a//b", "~user/x", "/a b"])(
    "cannot be %j, which is not one",
    (path) => {
      expect(localDirectoryProblem(path)).toContain("is not an absolute path");
    },
  );

  it("is in the user's home when it begins with ~/", () => {
    expect(localDirectory.parse("~/flocker/prod")).toBe(join(homedir(), "flocker/prod"));
  });
});
