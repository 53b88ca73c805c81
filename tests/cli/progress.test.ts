import type { DisplayOptions } from "../../cli/display/display";
import { ProgressDisplay } from "../../cli/display/progress";
import { durationText } from "../../cli/display/summary";
import type { EngineEvent } from "../../engine/events";
import { Secret, UNKNOWN } from "../../providers/base/values";
import { resource, shown, step, summary } from "./display";

function progress(events: readonly EngineEvent[], options: Partial<DisplayOptions> = {}): readonly string[] {
  return shown((all) => new ProgressDisplay(all), events, options).split("\n");
}

const UP: Partial<DisplayOptions> = { kind: "up", dryRun: false };
const user = resource("usr", { inputs: { name: "alice" } });

describe("plain lines", () => {
  it("tell when a step begins and when it ends", () => {
    const create = step("create", user);
    expect(
      progress(
        [
          { kind: "step-start", planning: false, step: create },
          { kind: "step-done", planning: false, step: create, seconds: 0.051 },
          summary(false, { create: 1, same: 28 }, { new: { password: new Secret("x"), ids: { a: "1", b: "2" } } }),
        ],
        UP,
      ),
    ).toEqual([
      "Updating (dev):",
      " +  rabbitmq:index:User usr creating (0s)",
      " +  rabbitmq:index:User usr created (0.05s)",
      "",
      "Outputs:",
      "    ids     : {",
      '        a: "1"',
      '        b: "2"',
      "    }",
      "    password: [secret]",
      "",
      "Resources:",
      "    + 1 created",
      "    28 unchanged",
      "",
      "Duration: 5s",
      "",
    ]);
  });

  it.each([
    ["an addition, a removal and a change", { a: "add", b: "delete", "c.d": "update" }, " [diff: +a-b~c]"],
    ["a member of a list as a change of the list", { "tags[1]": "add" }, " [diff: ~tags]"],
    ["a property whose name is quoted", { '["x.y"]': "update-replace" }, " [diff: ~x.y]"],
  ] as const)("name the properties: %s", (_, kinds, expected) => {
    const detailedDiff = Object.fromEntries(
      Object.entries(kinds).map(([path, kind]) => [path, { kind, inputDiff: false }]),
    );
    const update = step("update", user, { detailedDiff });
    const lines = progress([{ kind: "step-done", planning: true, step: update, seconds: 0 }]);
    expect(lines[1]).toBe(` ~  rabbitmq:index:User usr update${expected}`);
  });

  it.each<[string, Partial<DisplayOptions>, string[]]>([
    ["a refresh", { kind: "refresh", dryRun: false }, ["updated (0.50s) [diff: ~name]", "deleted (0.50s)"]],
    ["another operation", UP, ["found changed (0.50s) [diff: ~name]", "found gone (0.50s)"]],
  ])("tell what %s has found", (_, options, [changed, gone]) => {
    const other = resource("usr", { inputs: { name: "bob" }, outputs: { name: "bob" } });
    const found = { old: resource("usr", { outputs: { name: "alice" } }), new: other };
    const events: EngineEvent[] = [
      {
        kind: "step-done",
        planning: false,
        step: { ...step("refresh", other), ...found, refreshOp: "update" },
        seconds: 0.5,
      },
      { kind: "step-done", planning: false, step: { ...step("refresh", user), refreshOp: "delete" }, seconds: 0.5 },
    ];
    const lines = progress(events, options);
    expect(lines[1]).toBe(` ~  rabbitmq:index:User usr ${changed}`);
    expect(lines[2]).toContain(` -  rabbitmq:index:User usr ${gone}`);
  });

  it("count several kinds of changes together, and what failed", () => {
    const failing: EngineEvent = { kind: "step-failed", planning: false, step: step("update", user), seconds: 1.5 };
    const lines = progress([failing, summary(false, { update: 1, replace: 1, same: 28 })], UP);
    expect(lines).toContain(" ~  rabbitmq:index:User usr **updating failed** (1.50s)");
    expect(lines.slice(lines.indexOf("Resources:"))).toEqual([
      "Resources:",
      "    ~ 1 updated",
      "    +-1 replaced",
      "    2 changes. 28 unchanged",
      "    1 errored",
      "",
      "Duration: 5s",
      "",
    ]);
  });

  it("group diagnostics by resource, and leave debugging out unless it is asked for", () => {
    const events: EngineEvent[] = [
      { kind: "diagnostic", severity: "info", message: "hello\n" },
      { kind: "diagnostic", urn: user.urn, severity: "error", message: "1 error occurred:\n\t* refused" },
      { kind: "diagnostic", severity: "warning", message: "careful" },
      { kind: "diagnostic", severity: "debug", message: "registering" },
      { kind: "diagnostic", severity: "info", message: "installing", ephemeral: true },
    ];
    const expected = [
      "Previewing update (dev):",
      "Diagnostics:",
      "  pulumi:pulumi:Stack (peerprog-dev):",
      "    hello",
      "    warning: careful",
      "",
      "  rabbitmq:index:User (usr):",
      "    error: 1 error occurred:",
      "    \t* refused",
      "",
    ];
    expect(progress(events)).toEqual(expected);
    expect(progress(events, { debug: true })).toContain("    debug: registering");
  });

  it("tell what many resources fail of for one cause twice, and then their names", () => {
    const refused = (name: string): EngineEvent => {
      const message = `refreshing rabbitmq:index/user:User "${name}" failed: cannot read user "${name}": refused`;
      return { kind: "diagnostic", urn: resource(name).urn, severity: "error", message };
    };
    const own: EngineEvent = { kind: "diagnostic", urn: user.urn, severity: "error", message: "something else" };
    expect(progress(["a", "b", "c", "d"].map(refused).concat(own)).slice(1)).toEqual([
      "Diagnostics:",
      "  rabbitmq:index:User (a):",
      '    error: refreshing rabbitmq:index/user:User "a" failed: cannot read user "a": refused',
      "",
      "  rabbitmq:index:User (b):",
      '    error: refreshing rabbitmq:index/user:User "b" failed: cannot read user "b": refused',
      "",
      "  The same goes for 2 more:",
      "    rabbitmq:index:User (c)",
      "    rabbitmq:index:User (d)",
      "",
      "  rabbitmq:index:User (usr):",
      "    error: something else",
      "",
    ]);
  });

  it("show of a preview's outputs those that change, and of long ones the beginning", () => {
    const outputs = {
      old: { kept: 1, url: "a" },
      new: { kept: 1, url: UNKNOWN, pem: "1\n2\n3\n4\n5", long: "x".repeat(200) },
    };
    const lines = progress([summary(true, {}, outputs)]);
    expect(lines.slice(1, 5)).toEqual([
      "Outputs:",
      `  + long: "${"x".repeat(150)}..."`,
      '  + pem : "1\\n2\\n3\\n..."',
      '  ~ url : "a" => [unknown]',
    ]);
  });

  it("say nothing of what stays as it is, unless it is asked for", () => {
    const events: EngineEvent[] = [{ kind: "step-done", planning: true, step: step("same", user), seconds: 0 }];
    expect(progress(events)).toEqual(["Previewing update (dev):", ""]);
    expect(progress(events, { showSames: true })).toContain("    rabbitmq:index:User usr");
  });
});

it.each([
  [0.2, "1s"],
  [59.5, "1m0s"],
  [61, "1m1s"],
  [3723, "1h2m3s"],
])("%d seconds are %s", (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});
