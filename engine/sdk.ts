import { createRequire } from "node:module";
import { declaringCallsite } from "./callsite";
import { asOwnMessage } from "./foreign-messages";
import { deferHeavyModules } from "./deferred-modules";
import { makeStructsLight } from "./light-struct";
import type { ProgramInfo, StackConfig } from "./operation";
import { shareStore } from "./sdk-copies";

/** The parts of the program's own copy of Pulumi's SDK that run it in this process. */
export interface Sdk {
  readonly state: {
    readonly LocalStore: new () => Store;
  };
  readonly settings: {
    resetOptions(...options: [string, string, number, string, string, boolean, string]): void;
    waitForRPCs(): Promise<void>;
  };
  readonly config: { setAllConfig(values: Record<string, string>, secretKeys: string[]): void };
  readonly stack: { runInPulumiStack(init: () => Promise<unknown>): Promise<unknown> };
  readonly debuggable: { debuggablePromise: <T>(promise: Promise<T>) => Promise<T> };
  readonly resource: { Resource: { callsites(): object[] } };
  readonly errors: { RunError: { isInstance(error: unknown): boolean } };
  /** Loads as the program does. */
  readonly require: NodeJS.Require;
  readonly structs: Parameters<typeof makeStructsLight>[0];
}

interface Store {
  readonly settings: { monitor?: unknown; engine?: unknown; options: { rootDirectory?: string } };
  readonly callbacks?: { readonly _target?: Promise<string> };
}

/** What the program is told of the operation, and whom it talks to. */
export interface Connection {
  readonly program: ProgramInfo;
  readonly config: StackConfig;
  readonly parallel: number;
  readonly dryRun: boolean;
  readonly monitor: object;
  readonly engine: object;
}

/** @throws Error when the program's packages are not installed */
export function loadSdk(projectRequire: NodeJS.Require): Sdk {
  deferHeavyModules(projectRequire);
  const load = <T>(path: string): T => projectRequire(`@pulumi/pulumi/${path}`) as T;
  const sdk: Sdk = {
    state: load("runtime/state"),
    settings: load("runtime/settings"),
    config: load("runtime/config"),
    stack: load("runtime/stack"),
    debuggable: load("runtime/debuggable"),
    resource: load("resource"),
    errors: load("errors"),
    require: projectRequire,
    structs: createRequire(projectRequire.resolve("@pulumi/pulumi/runtime/settings"))(
      "google-protobuf/google/protobuf/struct_pb.js",
    ) as Sdk["structs"],
  };
  sdk.resource.Resource.callsites = declaringCallsite;
  // It records a stack for each promise, most of the SDK's cost in time and memory; PULUMI_DEBUG_PROMISE_LEAKS keeps it.
  if (!process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) sdk.debuggable.debuggablePromise = (promise) => promise;
  return sdk;
}

/** Runs `work` as a program of the connection's stack, with a store of the SDK's of its own. */
export async function inSdk<T>(sdk: Sdk, connection: Connection, work: () => Promise<T>): Promise<T> {
  const { program, config, parallel, dryRun } = connection;
  const store = new sdk.state.LocalStore();
  const leave = [shareStore(sdk.require, store), makeStructsLight(sdk.structs)];
  try {
    // The names stand for "connected": calls go to the objects set below, over no port.
    const { project, stack, organization } = program;
    sdk.settings.resetOptions(project, stack, parallel, "in-process", "in-process", dryRun, organization);
    store.settings.monitor = connection.monitor;
    store.settings.engine = connection.engine;
    store.settings.options.rootDirectory = program.root;
    sdk.config.setAllConfig(Object.fromEntries(config.values), [...config.secretKeys]);
    const result = await work();
    // A hook that no resource of the program has is registered once the program's callback server listens.
    await store.callbacks?._target;
    await sdk.settings.waitForRPCs();
    return result;
  } finally {
    for (const each of leave) each();
  }
}

type Callback = (error: Error | null, response?: unknown) => void;
type Handler = (request: unknown) => Promise<unknown>;

/** The SDK shows the message of some errors and the `details` of others, as gRPC gives them. */
function asServiceError(error: unknown): Error {
  const thrown = error instanceof Error ? error : new Error(String(error));
  return Object.assign(thrown, { details: thrown.message });
}

/** Handlers as the SDK calls a gRPC client: the message first, the callback last. `track` sees every call's work. */
export function asClient(handlers: object, track: <T>(work: Promise<T>) => Promise<T>): Record<string, unknown> {
  const client: Record<string, unknown> = { close: () => undefined };
  for (const [name, handler] of Object.entries(handlers) as [string, Handler][]) {
    client[name] = (request: unknown, ...rest: unknown[]) => {
      const callback = rest[rest.length - 1] as Callback;
      track(handler(asOwnMessage(name, request))).then(
        (response) => callback(null, response),
        (error: unknown) => callback(asServiceError(error)),
      );
    };
  }
  return client;
}
