import type { Scene } from "./scene";

/** What a second time changes: nothing. */
export function againTests(scene: () => Scene): void {
  test("the first up says what it made", () => {
    expect(scene().up.stdout).toMatch(/\+ \d+ created/);
    expect(scene().up.stdout).not.toMatch(/updated|replaced|errored/);
    expect(scene().up.stderr).toBe("");
  });

  test("a second up changes nothing", async () => {
    const second = await scene().environment.operate("up", "--yes", "--expect-no-changes");
    expect(second).toMatchObject({ code: 0, stderr: "" });
  }, 120_000);

  test("what is there is what is declared", async () => {
    const look = await scene().environment.operate("preview", "--refresh", "--diff", "--expect-no-changes");
    expect(look).toMatchObject({ code: 0, stderr: "" });
    expect(look.stdout).toMatch(/^ +\d+ unchanged$/m);
  }, 120_000);
}
