import { urnName } from "../urn";
import type { HistoryEntry, Update, UpdateKind, UpdateOutcome } from "./backend";
import { removeDurably } from "./durable-file";
import { StateError } from "./errors";
import type { StackPaths } from "./file-backend";
import { recordUpdate } from "./file-backend";
import type { JournalEntry } from "./journal";
import { JournalRecorder } from "./journal";
import { JournalFile } from "./journal-file";
import type { Lock } from "./lock";
import type { Keyring } from "./passphrase";
import type { LoadedState, RawState } from "./stack-state";
import { decodeState, formatState, openCodec, oursEntries, readState, replaceCheckpoint } from "./stack-state";

/** Which stack an update is of, and what it needs to read and write it. */
export interface StackContext {
  readonly name: string;
  /** `organization/<project>/<stack>`. */
  readonly qualifiedName: string;
  readonly paths: StackPaths;
  readonly keyring: Keyring;
  readonly notice: (text: string) => void;
}

/** Begins an update under a lock that was taken already; the update releases it. */
export async function openUpdate(
  context: StackContext,
  lock: Lock,
  kind: UpdateKind,
  salt: string | undefined,
): Promise<Update> {
  const { paths, qualifiedName } = context;
  const startTime = unixSeconds();
  const raw = await readState(paths, qualifiedName);
  const { loaded, hash } = await bringUpToDate(context, raw, salt);
  const { snapshot, codec } = loaded;
  const journal = await openJournal(context, loaded, hash);
  const recorder = new JournalRecorder(snapshot, journal, codec);

  async function finish(outcome: UpdateOutcome): Promise<void> {
    const outcomeState: LoadedState = { ...loaded, snapshot: recorder.snapshot() };
    const ours = oursEntries(outcomeState.snapshot, codec);
    const text = formatState(raw.checkpoint, outcomeState, qualifiedName);
    const newHash = await replaceCheckpoint(paths, text, { file: journal, ours });
    await journal.close();
    if (ours.length > 0) await (await openJournal(context, outcomeState, newHash)).close();
    else await removeDurably(paths.journal);
    await recordUpdate(paths, context.name, historyEntry(kind, startTime, outcome));
  }

  return {
    snapshot,
    recorder,
    finish: (outcome) => finish(outcome).finally(() => leave(journal, lock)),
    abandon: () => leave(journal, lock),
  };
}

async function leave(journal: JournalFile, lock: Lock): Promise<void> {
  await journal.close();
  await lock.release();
}

/** Makes what a killed run left part of the checkpoint, and moves the secrets to the salt that is asked for. */
async function bringUpToDate(
  context: StackContext,
  raw: RawState,
  wantedSalt: string | undefined,
): Promise<{ loaded: LoadedState; hash: string }> {
  const { paths, qualifiedName, keyring } = context;
  const found = await decodeState(raw, qualifiedName, keyring);
  const salt = wantedSalt ?? found.salt;
  if (salt === undefined) {
    throw new StateError(
      `stack ${qualifiedName} has no encryption salt, neither in its state nor as encryptionsalt in its configuration; ` +
        "set a secret with `groundwork config set --secret` to make one",
    );
  }
  const moves = salt !== found.salt;
  const loaded = moves ? { ...found, salt, codec: await openCodec(salt, qualifiedName, keyring) } : found;
  if (!moves && !raw.journal?.ahead) return { loaded, hash: raw.hash };
  if (raw.journal?.ahead) {
    const open = loaded.snapshot.pendingOperations.map(
      ({ type, resource }) => `${type} ${resource.type} ${urnName(resource.urn)}`,
    );
    const next = open.length === 0 ? "" : `; what it was about to do is looked into now: ${open.join(", ")}`;
    context.notice(`stack ${qualifiedName}: the last run did not finish, this one goes on from its journal${next}`);
  }
  const file = raw.journal ? await JournalFile.reopen(paths.journal, raw.journal.end) : undefined;
  try {
    const ours = oursEntries(loaded.snapshot, loaded.codec);
    const text = formatState(raw.checkpoint, loaded, qualifiedName);
    return { loaded, hash: await replaceCheckpoint(paths, text, file && { file, ours }) };
  } finally {
    await file?.close();
  }
}

function openJournal(context: StackContext, state: LoadedState, base: string): Promise<JournalFile> {
  const open: JournalEntry = { op: "open", version: 1, stack: context.qualifiedName, base };
  return JournalFile.create(context.paths.journal, [open, ...oursEntries(state.snapshot, state.codec)]);
}

/** What the history holds of an update that has ended. */
export function historyEntry(kind: UpdateKind, startTime: number, outcome: UpdateOutcome): HistoryEntry {
  return {
    kind,
    startTime,
    message: outcome.message ?? "",
    environment: { "exec.agent": "groundwork" },
    config: outcome.config,
    version: 0,
    result: outcome.result,
    endTime: unixSeconds(),
    resourceChanges: outcome.changes,
  };
}

export function unixSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
