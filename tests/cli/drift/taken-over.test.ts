import { takenOver } from "../../../cli/drift/taken-over";
import type { HistoryEntry } from "../../../engine/state/backend";

type Changes = NonNullable<HistoryEntry["resourceChanges"]>;

function entry(kind: string, resourceChanges: Changes = {}, result = "succeeded"): HistoryEntry {
  const facts = { message: "", environment: {}, config: {}, version: 0, startTime: 1795619205, endTime: 1795619207 };
  return { ...facts, kind, result, resourceChanges };
}

test.each([
  ["nothing", []],
  ["an update", [entry("update", { update: 2 })]],
  ["an update after a refresh", [entry("update"), entry("refresh", { update: 1 })]],
  ["a refresh that found nothing", [entry("refresh", { same: 9 }), entry("update")]],
  ["an import of resources", [entry("resource-import", { import: 1 }), entry("update")]],
])("after %s the state says what is declared", (_, history) => {
  expect(takenOver("dev", history)).toBeUndefined();
});

test.each([
  ["a refresh that found a change", [entry("refresh", { same: 9, update: 1 })], "(update 1)"],
  [
    "one that found nothing after one that did",
    [entry("refresh", { same: 9 }), entry("refresh", { delete: 1 })],
    "(delete 1)",
  ],
  [
    "an update that failed",
    [entry("update", { same: 9 }, "failed")],
    "the update that ended at 2026-11-25T15:06:47.000Z failed",
  ],
  ["a destroy that failed", [entry("destroy", {}, "failed"), entry("update")], "groundwork up --stack dev"],
])("after %s it does not, and the next action is named", (_, history, says) => {
  expect(takenOver("dev", history)).toContain(says);
});
