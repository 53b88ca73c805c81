import { setTimeout } from "node:timers/promises";
import type { PropertyMap } from "../../providers/base/values";
import type { PendingOperation, Snapshot } from "../resource-state";
import { STACK_TYPE } from "../urn";
import type { RawCheckpoint } from "./checkpoint";
import { decodeSnapshot, encodeSnapshot, formatCheckpoint, parseCheckpoint, sha256 } from "./checkpoint";
import { readIfExists } from "./durable-file";
import { PassphraseError, StackNotFoundError, StateError } from "./errors";
import type { StackPaths } from "./file-backend";
import { readCheckpoint, writeCheckpoint } from "./file-backend";
import type { JournalEntry } from "./journal";
import { operationKey, replay } from "./journal";
import type { JournalEnd, JournalFile } from "./journal-file";
import { parseJournal } from "./journal-file";
import type { Crypter, Keyring } from "./passphrase";
import { PropertyCodec, SECRET_SIGNATURE, isObject } from "./property-codec";

/** A stack's files as they lie: no secret opened, no resource looked at. */
export interface RawState {
  readonly checkpoint: RawCheckpoint;
  /** SHA-256 of the checkpoint. */
  readonly hash: string;
  readonly journal?: LeftJournal;
}

/** What a run that did not finish, or that left operations pending, has put beside the checkpoint. */
interface LeftJournal {
  readonly entries: readonly JournalEntry[];
  /** Its entries are not in the checkpoint yet. */
  readonly ahead: boolean;
  readonly end: JournalEnd;
}

/** A stack's state with its journal applied. */
export interface LoadedState {
  readonly snapshot: Snapshot;
  readonly codec: PropertyCodec;
  readonly salt: string | undefined;
}

const ATTEMPTS = 5;
const RETRY_MILLISECONDS = 50;

/** `stack` names it in errors. Without the lock, a run that finishes meanwhile may make it look twice. */
export async function readState(paths: StackPaths, stack: string): Promise<RawState> {
  for (let attempt = 1; ; attempt++) {
    const text = await readCheckpoint(paths);
    if (text === undefined)
      throw new StackNotFoundError(`there is no stack ${stack}; make it with \`groundwork stack init\``);
    const content = await readIfExists(paths.journal);
    const hash = sha256(text);
    const parsed = content && parseJournal(content);
    const relation = parsed ? relate(parsed.entries as JournalEntry[], hash) : "none";
    if (parsed && relation === "foreign") {
      if (attempt < ATTEMPTS) {
        await setTimeout(RETRY_MILLISECONDS);
        continue;
      }
      throw new StateError(
        `stack ${stack}: the journal ${paths.journal} of a run that did not finish belongs to another state than ` +
          `${paths.checkpoint}, which was changed since; compare both, then remove the journal to go on without it`,
      );
    }
    const checkpoint = parseCheckpoint(text, paths.checkpoint);
    if (!parsed || relation === "none") return { checkpoint, hash };
    const entries = parsed.entries as JournalEntry[];
    return { checkpoint, hash, journal: { entries, ahead: relation === "ahead", end: parsed.end } };
  }
}

/** How a journal stands to the checkpoint of this hash. */
function relate(entries: readonly JournalEntry[], hash: string): "none" | "ahead" | "contained" | "foreign" {
  const open = entries[0];
  // A journal is put in place with its first entry; one without it never had any.
  if (open?.op !== "open") return "none";
  const events = entries.some((entry) => entry.op !== "open" && entry.op !== "ours" && entry.op !== "closed");
  if (!events) return "contained";
  if (open.base === hash) return "ahead";
  return entries.some((entry) => entry.op === "closed" && entry.checkpoint === hash) ? "contained" : "foreign";
}

export async function decodeState(raw: RawState, stack: string, keyring: Keyring): Promise<LoadedState> {
  const { latest } = raw.checkpoint;
  const codec = await openCodec(latest.salt, stack, keyring);
  const base = markOurs(decodeSnapshot(latest, codec), raw.journal, codec);
  const snapshot = raw.journal?.ahead ? replay(base, raw.journal.entries, codec) : base;
  return { snapshot, codec, salt: latest.salt };
}

/** What the stack's program exported. Its passphrase is asked for only when something of that is secret. */
export async function decodeOutputs(raw: RawState, stack: string, keyring: Keyring): Promise<PropertyMap> {
  const { latest } = raw.checkpoint;
  // Entries of a journal may replace what the checkpoint says, and refer to all that it holds.
  if (raw.journal?.ahead) return stackOutputs((await decodeState(raw, stack, keyring)).snapshot);
  const own = latest.resources.filter((each) => isObject(each) && each["type"] === STACK_TYPE);
  const isOpen = !JSON.stringify(own).includes(SECRET_SIGNATURE);
  const codec = await openCodec(isOpen ? undefined : latest.salt, stack, keyring);
  return stackOutputs(decodeSnapshot({ ...latest, resources: own, pendingOperations: [] }, codec));
}

/** What a stack's program exported. */
export function stackOutputs({ resources }: Pick<Snapshot, "resources">): PropertyMap {
  return resources.find(({ type, delete: isOld }) => type === STACK_TYPE && isOld !== true)?.outputs ?? {};
}

/** Without a salt only a state without secrets can be read and written. */
export async function openCodec(salt: string | undefined, stack: string, keyring: Keyring): Promise<PropertyCodec> {
  return new PropertyCodec(salt === undefined ? saltless(stack) : await keyring.open(salt, stack));
}

function saltless(stack: string): Crypter {
  const refuse = (): never => {
    throw new PassphraseError(
      `stack ${stack} holds secrets but no encryption salt; restore its state from the .bak file`,
    );
  };
  return { encrypt: refuse, decrypt: refuse, mac: refuse };
}

function markOurs(snapshot: Snapshot, journal: LeftJournal | undefined, codec: PropertyCodec): Snapshot {
  const keys = new Set(journal?.entries.flatMap((entry) => (entry.op === "ours" ? [entry.key] : [])));
  if (keys.size === 0) return snapshot;
  const mark = (operation: PendingOperation): PendingOperation =>
    keys.has(operationKey(operation, codec)) ? { ...operation, journaled: true } : operation;
  return { ...snapshot, pendingOperations: snapshot.pendingOperations.map(mark) };
}

/** The journal entries that remember which of the snapshot's pending operations this engine began. */
export function oursEntries(snapshot: Snapshot, codec: PropertyCodec): JournalEntry[] {
  const ours = snapshot.pendingOperations.filter((operation) => operation.journaled);
  return ours.map((operation) => ({ op: "ours", key: operationKey(operation, codec) }));
}

/** `raw` gives the fields that this engine does not interpret. */
export function formatState(raw: RawCheckpoint, loaded: LoadedState, stack: string): string {
  const { snapshot, salt, codec } = loaded;
  const latest = encodeSnapshot(snapshot, salt, codec);
  // What an earlier integrity error left in the metadata is over: this snapshot keeps the rules.
  return formatCheckpoint(stack, { ...raw, latest: { ...latest, rest: { ...raw.latest.rest, metadata: {} } } });
}

/** Puts a state in place of the checkpoint. The journal first learns of it, so that a crash in between is understood. */
export async function replaceCheckpoint(
  paths: StackPaths,
  text: string,
  journal: { readonly file: JournalFile; readonly ours: readonly JournalEntry[] } | undefined,
): Promise<string> {
  const hash = sha256(text);
  if (journal) {
    const closing: JournalEntry[] = [...journal.ours, { op: "closed", checkpoint: hash }];
    await Promise.all(closing.map((entry) => journal.file.append(entry)));
  }
  await writeCheckpoint(paths, text);
  return hash;
}
