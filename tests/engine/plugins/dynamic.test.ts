import { existsSync } from "node:fs";
import { join } from "node:path";
import { TestProject } from "../../cli/project";

const project = new TestProject(join(__dirname, "fixtures", "dynamic-project"));
afterAll(() => project.dispose());

interface Digest {
  readonly steps: readonly { readonly op: string; readonly urn: string }[];
}

async function say(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await project.run(args);
  expect({ args, code, stderr, stdout }).toMatchObject({ args, code: 0, stderr: "" });
  return stdout;
}

/** What a preview would do to the two dynamic resources. */
async function planned(): Promise<string[]> {
  const { steps } = JSON.parse(await say("preview", "--json", "--show-sames")) as Digest;
  const dynamic = steps.filter(({ urn }) => urn.includes("pulumi-nodejs:dynamic"));
  return dynamic.map(({ op, urn }) => `${op} ${urn.split("::").at(-1) ?? ""}`).sort();
}

it("runs dynamic providers: create, compare, update, replace and delete, by code that holds a secret", async () => {
  await say("stack", "init", "dev");
  expect(await project.run(["config", "set", "--secret", "token"], {}, "tok-4711")).toMatchObject({ code: 0 });

  const shown = await say("up", "--yes", "--skip-preview");
  expect(shown).toContain("hello from a dynamic provider");
  expect(shown).toContain("size: 3");
  expect(project.read("note.txt")).toBe("one tok-4711");
  expect(await planned()).toEqual(["same note", "same plain"]);

  const state = await say("stack", "export");
  expect(state).not.toContain("tok-4711");
  const clear = await say("stack", "export", "--show-secrets");
  expect(clear).toContain("tok-4711");

  await say("config", "set", "text", "three");
  expect(await planned()).toEqual(["same plain", "update note"]);
  expect(await say("up", "--yes", "--skip-preview")).toContain("size: 3 => 5");
  expect(project.read("note.txt")).toBe("three updated");

  await say("config", "set", "path", "moved.txt");
  expect(await planned()).toEqual(["replace note", "same plain"]);
  await say("up", "--yes", "--skip-preview");
  expect(existsSync(join(project.folder, "note.txt"))).toBe(false);
  expect(project.read("moved.txt")).toBe("three tok-4711");

  // The code of both providers changes; only the one that cannot compare is updated for it.
  await say("config", "set", "greeting", "good evening");
  expect(await planned()).toEqual(["same note", "update plain"]);

  await say("config", "set", "text", "");
  const refused = await project.run(["preview"]);
  expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining("text: is empty") as string });

  await say("destroy", "--yes", "--skip-preview");
  expect(existsSync(join(project.folder, "moved.txt"))).toBe(false);
}, 240_000);
