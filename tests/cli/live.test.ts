import { LiveDisplay } from "../../cli/display/live";
import type { EngineEvent } from "../../engine/events";
import { resource, shown, step, summary } from "./display";

const UP = { kind: "up", dryRun: false } as const;

/** The screen that a terminal shows: it knows cursor up, clear to the end, and what is invisible. */
function screen(output: string): readonly string[] {
  const lines: string[] = [];
  let row = 0;
  // eslint-disable-next-line no-control-regex
  for (const [piece] of output.matchAll(/\x1b\[\??(\d*)[A-Za-z]|\n|[^\x1b\n]+/g)) {
    const up = /^\x1b\[(\d+)A$/.exec(piece); // eslint-disable-line no-control-regex
    if (up !== null) row -= Number(up[1]);
    else if (piece === "\x1b[J") lines.length = row;
    else if (piece === "\n") row++;
    else if (!piece.startsWith("\x1b")) lines[row] = (lines[row] ?? "") + piece;
  }
  return Array.from(lines, (line) => line ?? "");
}

function live(
  events: readonly EngineEvent[],
  size = { columns: 60, rows: 6 },
): { screen: readonly string[]; output: string } {
  let before = "";
  let output = "";
  let now = 0;
  shown(
    (options) => {
      const display = new LiveDisplay(
        options,
        () => size,
        () => (now += 1000),
      );
      return { event: (event) => display.event(event), close: () => ((before = output), display.close()) };
    },
    events,
    { ...UP, write: (text) => (output += text) },
  );
  return { screen: screen(before), output };
}

const start = (name: string): EngineEvent => ({
  kind: "step-start",
  planning: false,
  step: step("create", resource(name)),
});
const done = (name: string): EngineEvent => ({
  kind: "step-done",
  planning: false,
  step: step("create", resource(name)),
  seconds: 0.5,
});

describe("the live display", () => {
  it("lets what is finished scroll by and keeps what is running below it", () => {
    expect(live([start("a"), start("b"), start("c"), done("b")]).screen).toEqual([
      "Updating (dev):",
      " +  rabbitmq:index:User b created (0.50s)",
      expect.stringMatching(/^. \+ {2}rabbitmq:index:User a creating \(\ds\)$/),
      expect.stringMatching(/^. \+ {2}rabbitmq:index:User c creating \(\ds\)$/),
    ]);
  });

  it("leaves no trace of itself when it is done", () => {
    const { output } = live([start("a"), done("a"), summary(false, { create: 1 })]);
    expect(screen(output)).toEqual([
      "Updating (dev):",
      " +  rabbitmq:index:User a created (0.50s)",
      "",
      "Resources:",
      "    + 1 created",
      "",
      "Duration: 5s",
    ]);
    expect(output.indexOf("\x1b[?25h")).toBeGreaterThan(output.indexOf("\x1b[?25l"));
  });

  it("keeps within the terminal, however many run and however long their names are", () => {
    const names = [..."abcdefgh"].map((letter) => letter.repeat(80));
    const { screen } = live([...names.map(start), done(names[0] ?? "")]);
    expect(screen.every((line) => line.length < 60)).toBe(true);
    expect(screen).toHaveLength(6);
    expect(screen.at(-1)).toBe("  … and 4 more");
  });

  it("shows beside a running resource what is said about it", () => {
    const { urn } = resource("a");
    const { screen } = live([
      start("a"),
      start("b"),
      { kind: "diagnostic", urn, severity: "warning", message: "slow" },
      done("b"),
    ]);
    expect(screen.at(-1)).toMatch(/User a creating \(\ds\) warning: slow$/);
  });
});
