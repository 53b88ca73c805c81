import type { ChangeHandler } from "./host-files";

/**
 * A restart of a service whose program others install, perhaps later: a unit that is not there or was stopped is left
 * alone, one that failed gets another chance.
 *
 * @param paths what it reads at its start, of the files of the same set
 */
export function restartWhereItRuns(unit: string, paths: readonly string[]): ChangeHandler {
  const command = [
    `if systemctl is-active --quiet ${unit} || systemctl is-failed --quiet ${unit}`,
    `then systemctl restart ${unit}`,
    "fi",
  ].join("; ");
  return { name: `restart ${unit}`, command, paths: [...paths] };
}
