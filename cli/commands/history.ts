import type { StepOp } from "../../engine/events";
import type { HistoryEntry } from "../../engine/state/backend";
import type { Crypter } from "../../engine/state/passphrase";
import { inClear } from "../../engine/project/config-values";
import { OPS } from "../display/ops";
import { durationText } from "../display/summary";
import { printJson } from "../display/table";
import type { GlobalFlags } from "../program";
import { Session } from "../session";
import { jsonEntry } from "./config";

interface HistoryFlags extends GlobalFlags {
  readonly json?: boolean;
  readonly showSecrets?: boolean;
  readonly fullDates?: boolean;
}

/** What stands for a secret of an earlier passphrase. Source: Pulumi's `stack history`. */
const LOST = "ERROR_UNABLE_TO_DECRYPT";

/** `stack history` */
export async function history(flags: HistoryFlags): Promise<void> {
  const session = await Session.openExisting(flags);
  const entries = await session.stack.history();
  if (flags.json === true) {
    const crypter = flags.showSecrets === true ? await session.crypter() : undefined;
    return printJson(entries.map((entry) => jsonOf(entry, crypter)));
  }
  const now = Date.now() / 1000;
  const texts = entries.map((entry) => textOf(entry, flags.fullDates === true ? undefined : now));
  process.stdout.write(texts.join("\n") || "Stack has never been updated\n");
}

function textOf(entry: HistoryEntry, now: number | undefined): string {
  const { kind, result, message, startTime, endTime } = entry;
  const changes = Object.entries(entry.resourceChanges ?? {}).map(([op, count]) => {
    const prefix = OPS[op as StepOp]?.prefix.trim() ?? op;
    return `${prefix}${prefix === "" ? "" : " "}${count}${prefix === "" ? ` ${op}` : ""}`;
  });
  const when = now === undefined ? rfc3339(startTime) : `${durationText(Math.max(0, now - startTime))} ago`;
  return [
    `UpdateKind: ${kind}`,
    `Status: ${result}`,
    `Message: ${message}`,
    ...(changes.length === 0 ? [] : [`Changes: ${changes.join(", ")}`]),
    `Updated ${when}, took ${durationText(Math.max(0, endTime - startTime))}`,
    ...Object.entries(entry.environment).map(([key, value]) => `    ${key}: ${value}`),
  ]
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}

function jsonOf(entry: HistoryEntry, crypter: Crypter | undefined): object {
  const { kind, startTime, message, environment, result, endTime, resourceChanges } = entry;
  const config = Object.entries(entry.config).map(([key, value]) => [key, configEntry(value, crypter)]);
  return {
    ...{ kind, startTime: rfc3339(startTime), message, environment, config: Object.fromEntries(config), result },
    ...{ endTime: rfc3339(endTime), resourceChanges },
  };
}

/** In `config --json`'s form. */
function configEntry(value: unknown, crypter: Crypter | undefined): object {
  try {
    return jsonEntry(inClear(value, crypter, "history"), true);
  } catch {
    return { ...(crypter !== undefined && { value: LOST }), secret: true };
  }
}

function rfc3339(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toISOString();
}
