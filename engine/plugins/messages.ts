import { DiffResponse, PropertyDiff } from "@pulumi/pulumi/proto/provider_pb";
import type { CheckFailure } from "@pulumi/pulumi/proto/provider_pb";
import type { CheckResult, DiffKind, DiffResult } from "../../providers/base/provider";
import type { PropertyMap } from "../../providers/base/values";

/** Answers of `pulumirpc.ResourceProvider` as results. */

export function checked(answer: { getFailuresList(): CheckFailure[] }, inputs: PropertyMap): CheckResult {
  const failures = answer
    .getFailuresList()
    .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));
  return { inputs, failures };
}

const KINDS: Readonly<Record<PropertyDiff.Kind, DiffKind>> = {
  [PropertyDiff.Kind.ADD]: "add",
  [PropertyDiff.Kind.ADD_REPLACE]: "add-replace",
  [PropertyDiff.Kind.DELETE]: "delete",
  [PropertyDiff.Kind.DELETE_REPLACE]: "delete-replace",
  [PropertyDiff.Kind.UPDATE]: "update",
  [PropertyDiff.Kind.UPDATE_REPLACE]: "update-replace",
};

export function diffed(answer: DiffResponse): DiffResult {
  const { DIFF_NONE, DIFF_SOME } = DiffResponse.DiffChanges;
  const changes = answer.getChanges();
  const replaces = answer.getReplacesList();
  const detailed = answer.getDetaileddiffMap();
  return {
    // Plugins of before 2019 only name what forces a replacement.
    changes: changes === DIFF_SOME || replaces.length > 0 ? true : changes === DIFF_NONE ? false : undefined,
    replaces,
    diffs: answer.getDiffsList(),
    deleteBeforeReplace: answer.getDeletebeforereplace(),
    ...(answer.getHasdetaileddiff() && {
      detailedDiff: Object.fromEntries(
        [...detailed.entries()].map(([path, diff]) => [
          path,
          { kind: KINDS[diff.getKind()], inputDiff: diff.getInputdiff() },
        ]),
      ),
    }),
  };
}
