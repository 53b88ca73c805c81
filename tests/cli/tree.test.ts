import pc from "picocolors";

import type { DisplayOptions } from "../../cli/display/display";
import { TreeDisplay } from "../../cli/display/tree";
import type { EngineEvent } from "../../engine/events";
import { recordedEvents, recordedText } from "./recordings";

function shown(events: readonly EngineEvent[], options: Partial<DisplayOptions> = {}): string {
  let text = "";
  const display = new TreeDisplay({
    kind: "preview",
    dryRun: true,
    project: "peerprog",
    stack: "dev",
    palette: pc.createColors(false),
    showSames: false,
    suppressOutputs: false,
    debug: false,
    write: (piece) => (text += piece),
    ...options,
  });
  for (const event of events) display.event(event);
  display.close();
  return text;
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
    expect(lines(shown(recordedEvents(name, unknown)))).toEqual(lines(recordedText(name)));
  });
});
