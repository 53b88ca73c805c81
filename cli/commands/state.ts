import type { Snapshot, StateChange } from "../../engine/resource-state";
import { deleteEntries, renameEntry, setProtection } from "../../engine/state/edit";
import type { DeletionOptions } from "../../engine/state/edit";
import { CliError } from "../errors";
import type { GlobalFlags } from "../program";
import { ask } from "../prompt";
import { Session } from "../session";

interface EditFlags extends GlobalFlags {
  readonly yes?: boolean;
}

/** `state delete <urn>` */
export function remove(urn: string, flags: EditFlags & DeletionOptions): Promise<void> {
  return edit(`delete ${urn}`, flags, (snapshot) => deleteEntries(snapshot, urn, flags));
}

/** `state rename <urn> <name>` */
export function rename(urn: string, name: string, flags: EditFlags): Promise<void> {
  return edit(`rename ${urn} ${name}`, flags, (snapshot) => renameEntry(snapshot, urn, name));
}

/** `state protect [urn...]` and `state unprotect [urn...]` */
export async function protect(
  urns: readonly string[],
  wanted: boolean,
  flags: EditFlags & { readonly all?: boolean },
): Promise<void> {
  if (urns.length > 0 === (flags.all === true)) throw new CliError("usage", "name resources by URN, or pass --all");
  const what = `${wanted ? "protect" : "unprotect"} ${urns.join(" ") || "--all"}`;
  await edit(what, flags, (snapshot) => setProtection(snapshot, urns, wanted));
}

/** Changes the state under its lock; a backup and an entry of the history stay. */
async function edit(what: string, flags: EditFlags, changesOf: (snapshot: Snapshot) => StateChange[]): Promise<void> {
  const session = await Session.openExisting(flags);
  if (flags.yes !== true && session.workspace.interactive) {
    const answer = await ask("This edits the stack's state directly and touches no object. Do it? [yes/no]: ");
    if (!/^y(es)?$/i.test(answer)) throw new CliError("cancelled", "confirmation declined; nothing was done");
  }
  const count = await session.editState(`state ${what}`, changesOf);
  process.stdout.write(`${count} ${count === 1 ? "entry" : "entries"} of the state changed\n`);
}
