import { Why } from "../../cli/display/why";
import type { StepInfo } from "../../engine/events";
import { resource, step } from "./display";

const a = resource("a", { inputs: { value: 1 } });
const b = resource("b", { inputs: { value: 1, own: 1 } });
const changed = { ...b, inputs: { value: 2, own: 2 } };

function why(told: StepInfo, before: readonly StepInfo[] = [], kind: "up" | "destroy" = "up"): string {
  const display = new Why({ kind, why: true });
  for (const each of before) display.event({ kind: "step-done", planning: false, step: each, seconds: 0 });
  return display.sentence(told);
}

const update = (more: Partial<StepInfo> = {}): StepInfo =>
  step("update", b, { new: changed, diffReasons: ["value", "own"], because: { value: [a.urn] }, ...more });
const replace = (more: Partial<StepInfo> = {}): StepInfo => step("replace", b, more);

test.each<[string, string, StepInfo, StepInfo[]]>([
  [
    "came from another resource",
    "because value came from a (updated); own changed in the program",
    update(),
    [step("update", a)],
  ],
  [
    "came from a replacement",
    "because value came from a (replaced)",
    update({ diffReasons: ["value"] }),
    [step("create-replacement", a)],
  ],
  [
    "was changed outside",
    "because own was changed outside",
    update({ diffReasons: ["own"] }),
    [step("refresh", b, { refreshOp: "update", diffReasons: ["own"] })],
  ],
  ["went away", "because it is gone", step("create", b), [step("refresh", b, { refreshOp: "delete" })]],
  ["is new", "", step("create", b), []],
  ["is not declared", "because the program does not declare it any more", step("delete", b), []],
  ["is asked for", "because --replace asks for it", replace({ replaceReasons: ["id"] }), []],
  ["is triggered", "because its replacementTrigger changed", replace({ replaceReasons: ["replacementTrigger"] }), []],
  ["follows its dependency", "because what it depends on is replaced", replace(), []],
  [
    "moves",
    "because its provider leads to another place",
    replace({ replaceReasons: ["provider"], diffReasons: ["provider"] }),
    [],
  ],
  [
    "expires",
    "because its provider finds a difference in readyForRenewal",
    replace({ replaceReasons: ["readyForRenewal"], diffReasons: ["readyForRenewal"] }),
    [],
  ],
  ["was left half done", "because it was left half done", step("update", { ...b, initErrors: ["no"] }), []],
])("says why when a resource %s", (_, sentence, told, before) => {
  expect(why(told, before)).toBe(sentence);
});

test("a destroy needs no reasons", () => {
  expect(why(step("delete", b), [], "destroy")).toBe("");
});
