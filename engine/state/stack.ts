import type { Backend, ImportOptions, Stack, StackSummary } from "./backend";
import {
  EMPTY_DEPLOYMENT,
  decodeSnapshot,
  formatCheckpoint,
  formatExport,
  parseCheckpoint,
  parseExport,
} from "./checkpoint";
import type { RawDeployment } from "./checkpoint";
import { encodeSnapshot } from "./checkpoint";
import { removeDurably } from "./durable-file";
import { StateError } from "./errors";
import {
  backendFolder,
  checkLayout,
  ensureLayout,
  listFolder,
  listStacks,
  readCheckpoint,
  readHistory,
  recordUpdate,
  removeStackFiles,
  stackPaths,
  writeCheckpoint,
} from "./file-backend";
import { arrange } from "./integrity";
import { isLocked, removeLocks, takeLock } from "./lock";
import type { Lock } from "./lock";
import type { Keyring } from "./passphrase";
import { CLEAR_WRITER } from "./property-codec";
import { decodeOutputs, decodeState, formatState, openCodec, readState } from "./stack-state";
import type { StackContext } from "./update";
import { historyEntry, openUpdate, unixSeconds } from "./update";

export interface BackendOptions {
  /** Opens the stacks' secrets. */
  readonly keyring: Keyring;
  /** What a relative `file://` URL starts from. @default the working directory */
  readonly base?: string;
  /** Hears what was put right: a dead process's lock, a killed run's journal. */
  readonly onNotice?: (text: string) => void;
}

/** Fails when the URL is not of a folder, or when another version of the layout is in it. The folder need not exist. */
export async function openBackend(url: string, options: BackendOptions): Promise<Backend> {
  const folder = backendFolder(url, options.base ?? process.cwd());
  await checkLayout(folder);
  return {
    url,
    list: async (project) => {
      const stacks = (await listStacks(folder)).filter((stack) => project === undefined || stack.project === project);
      const summaries = await Promise.all(
        stacks.map((stack) =>
          summarize(folder, stack.project, stack.name).catch((error: unknown) => {
            // One stack that another version wrote does not hide the others.
            if (!(error instanceof StateError)) throw error;
            options.onNotice?.(error.message);
            return undefined;
          }),
        ),
      );
      return summaries.filter((summary) => summary !== undefined);
    },
    stack: (project, name) => {
      const context: StackContext = {
        name,
        qualifiedName: `organization/${project}/${name}`,
        paths: stackPaths(folder, project, name),
        keyring: options.keyring,
        notice: options.onNotice ?? (() => undefined),
      };
      return openStack(folder, project, context);
    },
  };
}

function openStack(folder: string, project: string, context: StackContext): Stack {
  const { name, qualifiedName, paths, keyring } = context;
  return {
    project,
    name,
    exists: async () => (await readCheckpoint(paths)) !== undefined,
    create: (salt) => createStack(folder, context, salt),
    remove: (options) => withLock(context, () => removeStack(context, options?.force === true)),
    salt: async () => (await readState(paths, qualifiedName)).checkpoint.latest.salt,
    read: async () => (await decodeState(await readState(paths, qualifiedName), qualifiedName, keyring)).snapshot,
    outputs: async () => decodeOutputs(await readState(paths, qualifiedName), qualifiedName, keyring),
    export: async (options) => formatExport(await exportState(context, options?.showSecrets === true)),
    import: (deployment, options = {}) => withLock(context, () => importState(context, project, deployment, options)),
    history: () => readHistory(paths),
    cancel: () => removeLocks(paths.locks),
    beginUpdate: async (kind, salt) => {
      await readState(paths, qualifiedName);
      const lock = await lockStack(context);
      return openUpdate(context, lock, kind, salt).catch(async (error: unknown) => {
        await lock.release();
        throw error;
      });
    },
  };
}

async function summarize(folder: string, project: string, name: string): Promise<StackSummary> {
  const paths = stackPaths(folder, project, name);
  const text = (await readCheckpoint(paths)) ?? "";
  const { time, resources } = parseCheckpoint(text, paths.checkpoint).latest;
  // An empty state is one that nothing was made in yet, or one that all was deleted from: the history tells.
  const updated = resources.length > 0 || (await listFolder(paths.history, ".history.json")).length > 0;
  return {
    project,
    name,
    resourceCount: resources.length,
    ...(updated && time !== undefined ? { lastUpdate: time } : {}),
    updateInProgress: await isLocked(paths.locks),
  };
}

async function createStack(folder: string, context: StackContext, salt: string): Promise<void> {
  const { paths, qualifiedName } = context;
  if ((await readCheckpoint(paths)) !== undefined) throw new StateError(`stack ${qualifiedName} exists already`);
  await ensureLayout(folder);
  const checkpoint = { latest: { ...EMPTY_DEPLOYMENT, salt }, rest: {} };
  await writeCheckpoint(paths, formatCheckpoint(qualifiedName, checkpoint));
}

async function removeStack(context: StackContext, force: boolean): Promise<void> {
  const { paths, qualifiedName, keyring } = context;
  if (!force) {
    const { resources, pendingOperations } = (
      await decodeState(await readState(paths, qualifiedName), qualifiedName, keyring)
    ).snapshot;
    if (resources.length + pendingOperations.length > 0) {
      throw new StateError(
        `stack ${qualifiedName} still has ${resources.length} resources and ${pendingOperations.length} pending operations; ` +
          "run `groundwork destroy` first, or remove it with --force and look after them yourself",
      );
    }
  }
  await removeStackFiles(paths);
}

async function exportState(context: StackContext, showSecrets: boolean): Promise<RawDeployment> {
  const { paths, qualifiedName, keyring } = context;
  const raw = await readState(paths, qualifiedName);
  if (!showSecrets && !raw.journal?.ahead) return raw.checkpoint.latest;
  const { snapshot, codec, salt } = await decodeState(raw, qualifiedName, keyring);
  const { rest, time } = raw.checkpoint.latest;
  return { ...encodeSnapshot(snapshot, salt, showSecrets ? CLEAR_WRITER : codec), rest, time };
}

async function importState(
  context: StackContext,
  project: string,
  json: unknown,
  { salt: wantedSalt, force = false, config = {} }: ImportOptions,
): Promise<void> {
  const { name, paths, qualifiedName, keyring } = context;
  const startTime = unixSeconds();
  const imported = parseExport(json, "the deployment to import");
  const text = await readCheckpoint(paths);
  const current = text === undefined ? undefined : parseCheckpoint(text, paths.checkpoint);
  const salt = wantedSalt ?? current?.latest.salt ?? imported.salt;
  const reading = await openCodec(imported.salt, qualifiedName, keyring);
  const codec = salt === imported.salt ? reading : await openCodec(salt, qualifiedName, keyring);
  const snapshot = decodeSnapshot(imported, reading, force ? arrange : undefined);
  for (const { urn } of [...snapshot.resources, ...snapshot.pendingOperations.map((operation) => operation.resource)]) {
    if (force || urn.startsWith(`urn:pulumi:${name}::${project}::`)) continue;
    throw new StateError(`${urn} does not belong to stack ${qualifiedName}; import into the stack that was exported`);
  }
  const raw = { latest: imported, rest: current?.rest ?? {} };
  await writeCheckpoint(paths, formatState(raw, { snapshot, codec, salt }, qualifiedName));
  await removeDurably(paths.journal);
  await recordUpdate(paths, name, historyEntry("import", startTime, { result: "succeeded", changes: {}, config }));
}

function lockStack(context: StackContext): Promise<Lock> {
  return takeLock(context.paths.locks, context.qualifiedName, context.notice);
}

async function withLock(context: StackContext, work: () => Promise<void>): Promise<void> {
  const lock = await lockStack(context);
  try {
    await work();
  } finally {
    await lock.release();
  }
}
