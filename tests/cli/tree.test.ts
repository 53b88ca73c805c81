import { TreeDisplay } from "../../cli/display/tree";
import type { EngineEvent } from "../../engine/events";
import { Secret } from "../../providers/base/values";
import { resource, shown, step, summary } from "./display";
import { recordedEvents, recordedText } from "./recordings";

function tree(events: readonly EngineEvent[]): readonly string[] {
  return lines(shown((options) => new TreeDisplay(options), events));
}

function lines(text: string): readonly string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}

describe("the display of --diff matches what Pulumi showed for", () => {
  it.each([
    ["a replaced certificate and a list that is removed", "variant1", ["ids.leaf", "leafPem"]],
    ["a changed password", "variant2", []],
    ["an added list member", "variant3", []],
    ["a changed nested property", "variant4", []],
    ["a changed password beside a removed list", "variant5", []],
    ["a removed list member", "variant6", []],
    ["a replacement that takes its dependents along", "variant11", ["ids.usr", "ids.perms", "ids.topic"]],
    ["a nested property that forces a replacement", "variant12", ["ids.q", "ids.bind"]],
    ["a change that the provider does not detail", "variant14", []],
    ["permissions changed behind the engine's back", "drift01", []],
    ["objects that vanished", "drift02", ["ids.perms2"]],
    ["a changed list", "drift04", []],
    ["a vanished policy with nested properties", "drift05", ["ids.pol"]],
    ["a changed attribute beside long unchanged ones", "drift07", []],
  ])("%s", (_, name, unknown) => {
    expect(tree(recordedEvents(name, unknown))).toEqual(lines(recordedText(name)));
  });
});

describe("the display of --diff", () => {
  function changed(old: ResourceInputs, now: ResourceInputs): readonly string[] {
    const parent = "urn:pulumi:dev::peerprog::pulumi:pulumi:Stack::peerprog-dev";
    const before = resource("a", { parent, inputs: old });
    const after = resource("a", { parent, inputs: now });
    const update = step("update", before, { new: after });
    const stack = step("same", resource("peerprog-dev", { type: "pulumi:pulumi:Stack" }));
    const events: EngineEvent[] = [
      { kind: "step-start", planning: true, step: stack },
      { kind: "step-start", planning: true, step: update },
      { kind: "step-done", planning: true, step: update, seconds: 0 },
    ];
    return tree(events).slice(5);
  }
  type ResourceInputs = Parameters<typeof resource>[1] extends { inputs?: infer I } | undefined
    ? NonNullable<I>
    : never;

  it("does not spell out what the option hideDiffs names, and says so", () => {
    const [before, after] = ["old", "new"].map((value) =>
      resource("a", {
        inputs: { name: value, spec: { size: value, tag: value }, list: [value, "same"] },
        hideDiff: ["spec.size", "list[*]", "absent"],
      }),
    );
    const update = step("update", before ?? resource("a"), { ...(after !== undefined && { new: after }) });
    const text = tree([{ kind: "step-done", planning: true, step: update, seconds: 0 }]).slice(3, 9);
    expect(text).toEqual([
      '  ~ name: "old" => "new"',
      "  ~ spec: {",
      '      ~ tag: "old" => "new"',
      "    }",
      "    list[*] (hidden)",
      "    spec.size (hidden)",
    ]);
  });

  it("shows of a long text the lines that differ, with what surrounds them", () => {
    const text = (middle: string) =>
      ["one", "two", "three", "four", middle, "six", "seven", "eight", "nine"].join("\n");
    expect(changed({ content: text("five") }, { content: text("FIVE") })).toEqual([
      "      ~ content: ",
      "            ...",
      "            three",
      "            four",
      "          - five",
      "          + FIVE",
      "            six",
      "            seven",
      "            ...",
    ]);
  });

  it("compares JSON texts by their members", () => {
    expect(changed({ arguments: '{"a":1,"b":2}' }, { arguments: '{"a":1,"b":3}' })).toEqual([
      "      ~ arguments: (json) {",
      "            a: 1",
      "          ~ b: 2 => 3",
      "        }",
    ]);
  });

  it("shows that a secret in a list of others changed, and not what it was or is", () => {
    const files = (key: string) => ({
      files: [
        { path: "/ca", content: "x" },
        { path: "/key", content: new Secret(key) },
      ],
    });
    expect(changed(files("old key"), files("new key"))).toEqual([
      "      ~ files: [",
      "            [0]: {",
      '                    content: "x"',
      '                    path   : "/ca"',
      "                }",
      "          ~ [1]: {",
      "                  ~ content: [secret] => [secret]",
      '                    path   : "/key"',
      "                }",
      "        ]",
    ]);
  });

  it("puts a resource under the components that are shown, and shows no default provider", () => {
    const stack = resource("peerprog-dev", { type: "pulumi:pulumi:Stack", custom: false });
    const component = resource("c", { type: "a:b:C", custom: false, parent: stack.urn });
    const child = resource("child", { parent: component.urn, inputs: { name: "bob" } });
    const provider = resource("default_3_3_8", { type: "pulumi:providers:rabbitmq" });
    const steps = [step("create", stack), step("create", provider), step("create", component), step("create", child)];
    const events = steps.flatMap((each): EngineEvent[] => [
      { kind: "step-start", planning: true, step: each },
      { kind: "step-done", planning: true, step: each, seconds: 0 },
    ]);
    expect(tree([...events, summary(true, { create: 3 })])).toEqual([
      "Previewing update (dev):",
      "+ pulumi:pulumi:Stack: (create)",
      `    [urn=${stack.urn}]`,
      "    + a:b:C: (create)",
      `        [urn=${component.urn}]`,
      "        + rabbitmq:index/user:User: (create)",
      `            [urn=${child.urn}]`,
      '            name: "bob"',
      "Resources:",
      "    + 3 to create",
    ]);
  });
});
