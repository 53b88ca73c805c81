import type { DeclaredResource } from "../../providers/base/inventory";
import { ObjectError } from "../../providers/base/provider";
import { Context } from "../context";
import { messageOf } from "../errors";
import type { OperationRequest, PluginOptions, ProgramInfo } from "../operation";
import { readBack } from "../refresh";
import type { ResourceState, Snapshot } from "../resource-state";
import { isProviderType } from "../urn";
import { lookAround } from "./around";
import type { Looked } from "./around";
import { differences } from "./compare";
import { objectName } from "./finding";
import type { Finding, StackDrift, StackName, Unknown } from "./finding";

export interface InspectRequest {
  readonly program: ProgramInfo;
  readonly snapshot: Snapshot;
  readonly providers: OperationRequest["providers"];
  readonly plugins: PluginOptions;
  /** Objects read at once. */
  readonly parallel: number;
  /** What other stacks of the backend declare. */
  readonly elsewhere: readonly DeclaredResource[];
}

/**
 * Holds what a stack declares against what is there: every object is read as a refresh reads it, then each provider
 * looks for what nobody declared. Nothing is written: no lock, no state, no object. What cannot be read is told, and
 * everything else is looked at all the same.
 */
export async function inspectStack(request: InspectRequest): Promise<StackDrift> {
  const { program, snapshot } = request;
  const of = { project: program.project, stack: program.stack };
  const ctx = new Context(readOnly(request));
  try {
    const looked = await Promise.all(ownResources(snapshot).map((state) => lookAt(ctx, state, of)));
    const around = await lookAround(ctx, looked, request, of);
    return {
      ...of,
      resources: looked.length,
      findings: [...looked.flatMap(({ findings }) => findings).filter(around.stands), ...around.findings],
      unknown: [...looked.flatMap(({ unknown }) => unknown), ...interrupted(snapshot, of), ...around.unknown],
      notCheckable: around.notCheckable,
    };
  } finally {
    await ctx.close();
  }
}

/** After all that is done by hand, and may take away what is declared along with what is not. */
const UP = 4;

/** A refresh that records nothing, of a program that is not run. */
function readOnly({ program, snapshot, providers, plugins, parallel }: InspectRequest): OperationRequest {
  return {
    ...{ kind: "refresh", dryRun: true, program, snapshot, providers, plugins },
    config: { values: new Map(), secretKeys: new Set() },
    recorder: { begin: async () => 0, end: nothing, change: nothing, resolved: nothing },
    options: { parallel, targets: [], refresh: true },
    onEvent: () => undefined,
    signal: new AbortController().signal,
  };
}

const nothing = async (): Promise<void> => undefined;

/** Entries that stand for an object; one that was replaced and waits for its deletion is no longer declared. */
function ownResources({ resources }: Snapshot): readonly ResourceState[] {
  return resources.filter(
    ({ custom, type, provider, delete: replaced }) =>
      custom && !isProviderType(type) && provider !== undefined && replaced !== true,
  );
}

async function lookAt(ctx: Context, state: ResourceState, of: StackName): Promise<Looked> {
  const { urn, provider = "" } = state;
  const about = { ...of, urn, object: objectName(state) };
  const repair = { by: "up", command: `groundwork up --refresh --stack ${of.stack}`, turn: UP } as const;
  if (state.pendingReplacement === true) {
    const gone = { kind: "missing", path: "", declared: "exists", actual: null, severity: "high" } as const;
    return { state, readable: true, findings: [{ ...about, ...gone, repair }], unknown: [] };
  }
  try {
    const step = await ctx.reading(() => readBack(ctx, state, provider));
    const findings = differences(step).map((difference): Finding => ({ ...about, ...difference, repair }));
    return { state, readable: true, findings, unknown: [] };
  } catch (error) {
    // Which object is said beside it: a reason that many share is told once.
    const reason = error instanceof ObjectError ? error.reason : messageOf(error);
    return { state, readable: false, findings: [], unknown: [{ ...about, reason }] };
  }
}

/** What an update that runs right now, or was killed, has begun: nobody knows what became of it. */
function interrupted({ pendingOperations }: Snapshot, of: StackName): readonly Unknown[] {
  return pendingOperations.map(({ type, resource }) => ({
    ...of,
    urn: resource.urn,
    object: objectName(resource),
    reason:
      `an update has begun ${type} it and its end is not recorded: wait for the update that runs, or run ` +
      `\`groundwork up --stack ${of.stack}\`, which finds out`,
  }));
}
