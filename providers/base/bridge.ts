import { isNativeError } from "node:util/types";

import { autoname, checkConfigInputs, checkInputs, fromEnvironment } from "./bridge-check";
import { detailedDiff, topLevel } from "./bridge-diff";
import { DEFAULTS, fillAbsent, isNothing, withoutDefaults } from "./bridge-fields";
import { ignoreChanges } from "./bridge-ignore";
import type { FieldTable, ResourceSpec } from "./bridge-spec";
import {
  bridgeOutputs,
  importedInputs,
  mergeRead,
  plannedState,
  previewOutputs,
  refreshedInputs,
} from "./bridge-state";
import { encodeConfig } from "./config-encoding";
import type { Inventory, InventoryRequest } from "./inventory";
import {
  InitError,
  type CheckFailure,
  type CheckRequest,
  type CheckResult,
  type CreateRequest,
  type CreateResult,
  type DiffRequest,
  type DiffResult,
  type Identity,
  type ReadRequest,
  type ReadResult,
  type ResourceProvider,
  type UpdateRequest,
  type UpdateResult,
} from "./provider";
import { createRedactor, secretStrings } from "./redact";
import { containsUnknown, equalValues, revealMap, secret, UNKNOWN, type PropertyMap, type Value } from "./values";

export interface BridgeOptions<Client> {
  /** `rabbitmq`. */
  readonly package: string;
  /** The provider's own configuration. */
  readonly config: FieldTable;
  /** Judges the configuration as a whole; values are plain, every property present or null. Not called in part unknown. */
  readonly validateConfig?: (config: PropertyMap) => readonly CheckFailure[];
  /** By type token. */
  readonly resources: Readonly<Record<string, ResourceSpec<Client>>>;
  /** Called at the first need, so that a preview and a diff need no server. Values are plain and complete. */
  readonly connect: (config: PropertyMap) => Promise<Client>;
  readonly disconnect: (client: Client) => Promise<void>;
  /** Functions by token; arguments are plain. */
  readonly invokes?: Readonly<Record<string, (client: Client, args: PropertyMap) => Promise<PropertyMap>>>;
  /** What exists beside what is declared. */
  readonly inventory?: (client: Client, request: InventoryRequest) => Promise<Inventory>;
}

/**
 * A provider from field tables. It answers check, diff and the rest as a Terraform SDKv2 provider behind Pulumi's bridge
 * does; the rules are in the recordings' README. No error that leaves it holds a secret of its configuration or of the
 * resource in hand.
 */
export function bridgeProvider<Client>(options: BridgeOptions<Client>): ResourceProvider {
  const connection = lazyConnection(options);

  function specOf(type: string): ResourceSpec<Client> {
    const spec = options.resources[type];
    if (spec) return spec;
    const known = Object.keys(options.resources).sort().join(", ");
    throw new Error(`the built-in ${options.package} provider has no resource type ${type}: it has ${known}`);
  }

  /** Runs one request; what it throws is freed of the secrets that the request and the configuration hold. */
  async function guarded<T>(values: readonly (PropertyMap | undefined)[], run: () => T | Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      const known = [...connection.secrets(), ...values.flatMap((value) => (value ? secretStrings(value) : []))];
      const redactor = createRedactor(known);
      if (!(error instanceof InitError)) throw redactor.error(error);
      throw new InitError(error.id, error.outputs, error.reasons.map(redactor.text));
    }
  }

  const provider: ResourceProvider = {
    async checkConfig(request) {
      const checked = checkConfigInputs(options.config, request.inputs);
      const inputs = encodeConfig(checked.inputs);
      if (checked.failures.length > 0 || containsUnknown(checked.inputs)) return { ...checked, inputs };
      const failures = options.validateConfig?.(completeConfig(options.config, checked.inputs)) ?? [];
      return { inputs, failures };
    },

    async diffConfig(request) {
      const old = checkConfigInputs(options.config, request.oldInputs).inputs;
      const wanted = checkConfigInputs(options.config, request.inputs).inputs;
      const names = [...new Set([...Object.keys(old), ...Object.keys(wanted)])].sort();
      const diffs = names.filter((name) => name !== "version" && !equalValues(old[name], wanted[name]));
      return { changes: diffs.length > 0, replaces: [], diffs };
    },

    async configure(inputs) {
      connection.configure(inputs);
    },

    check: (request) => guarded([request.inputs], () => check(specOf(request.type), request)),

    diff: async (request) => diff(specOf(request.type), request),

    create: (request) =>
      guarded([request.inputs], () => create(specOf(request.type), request, () => connection.client())),

    read: (request) =>
      guarded([request.inputs, request.outputs], async () =>
        read(specOf(request.type), request, await connection.client()),
      ),

    update: (request) =>
      guarded([request.inputs, request.oldInputs, request.oldOutputs], () =>
        update(specOf(request.type), request, () => connection.client()),
      ),

    delete: (request) =>
      guarded([request.inputs, request.outputs], async () => {
        const spec = specOf(request.type);
        return spec.delete(await connection.client(), request.id, plainState(spec.fields, request.outputs));
      }),

    invoke: (request) =>
      guarded([request.args], async () => {
        const run = options.invokes?.[request.token];
        if (!run) throw new Error(`the built-in ${options.package} provider has no function ${request.token}`);
        return { result: await run(await connection.client(), revealMap(request.args)), failures: [] };
      }),

    identify: (request): Identity => {
      const spec = specOf(request.type);
      const id = containsUnknown(request.inputs) ? undefined : spec.id(plainInputs(spec.fields, request.inputs));
      return id === undefined ? { kind: "opaque" } : { kind: "id", id };
    },

    close: () => connection.close(),
  };
  const { inventory } = options;
  if (inventory === undefined) return provider;
  return {
    ...provider,
    inventory: (request) => guarded([], async () => inventory(await connection.client(), request)),
  };
}

/** Configuration with what the environment and the tables' defaults add; plain, every property present or null. */
function completeConfig(table: FieldTable, inputs: PropertyMap): PropertyMap {
  const plain = revealMap(inputs);
  const values = Object.entries(table).map(([name, field]): [string, Value] => {
    const value: Value = plain[name] ?? fromEnvironment(field) ?? field.default ?? null;
    return [name, value];
  });
  return revealMap(checkConfigInputs(table, Object.fromEntries(values)).inputs);
}

interface Connection<Client> {
  configure(inputs: PropertyMap): void;
  client(): Promise<Client>;
  secrets(): readonly string[];
  close(): Promise<void>;
}

function lazyConnection<Client>(options: BridgeOptions<Client>): Connection<Client> {
  let config: PropertyMap | undefined;
  let secrets: readonly string[] = [];
  let client: Promise<Client> | undefined;
  return {
    configure(inputs) {
      const complete = completeConfig(options.config, inputs);
      const sensitive = Object.keys(options.config).filter((name) => options.config[name]?.sensitive);
      secrets = [inputs, ...sensitive.map((name) => ({ [name]: secret(complete[name] ?? null) }))].flatMap(
        secretStrings,
      );
      config = fillAbsent(options.config, complete);
    },
    async client() {
      if (!config) throw new Error(`the ${options.package} provider is used before it is configured`);
      client ??= options.connect(config).catch((error: unknown) => {
        client = undefined;
        throw error;
      });
      return client;
    },
    secrets: () => secrets,
    async close() {
      const open = await client?.catch(() => undefined);
      client = undefined;
      if (open !== undefined) await options.disconnect(open);
    },
  };
}

function plainInputs(table: FieldTable, inputs: PropertyMap): PropertyMap {
  return fillAbsent(table, revealMap(withoutDefaults(inputs) as PropertyMap));
}

function plainState(table: FieldTable, outputs: PropertyMap): PropertyMap {
  return fillAbsent(table, revealMap(outputs));
}

function check<Client>(spec: ResourceSpec<Client>, request: CheckRequest): CheckResult {
  const named = spec.autoname;
  const old = named === undefined ? undefined : request.oldInputs?.[named];
  const supplied = named === undefined ? {} : { [named]: old ?? autoname(request.name, request.randomSeed) };
  const checked = checkInputs(spec.fields, request.inputs, supplied);
  if (checked.failures.length > 0 || containsUnknown(checked.inputs)) return checked;
  return { ...checked, failures: spec.validate?.(plainInputs(spec.fields, checked.inputs)) ?? [] };
}

/** Old outputs and checked inputs, the latter as the state has them where changes are ignored. */
function compared<Client>(
  spec: ResourceSpec<Client>,
  request: DiffRequest | UpdateRequest,
): { state: PropertyMap; inputs: PropertyMap } {
  const state = plainState(spec.fields, request.oldOutputs);
  const inputs = plainInputs(spec.fields, request.inputs);
  return { state, inputs: ignoreChanges(inputs, state, request.ignoreChanges ?? []) };
}

function diff<Client>(spec: ResourceSpec<Client>, request: DiffRequest): DiffResult {
  const { state, inputs } = compared(spec, request);
  const detailed = detailedDiff(spec.fields, state, inputs);
  const paths = Object.keys(detailed);
  const replacing = paths.filter((path) => detailed[path]?.kind.endsWith("-replace"));
  const replaces = [...new Set(replacing.map(topLevel))];
  const first = replaces.length > 0 && (spec.deleteBeforeReplace === true || hasExplicitName(spec, request.inputs));
  return {
    changes: paths.length > 0,
    replaces,
    diffs: [...new Set(paths.map(topLevel))],
    ...(first && { deleteBeforeReplace: true }),
    detailedDiff: detailed,
  };
}

/** Two objects of one name cannot exist at a time: a name that is not automatic has the old one deleted first. */
function hasExplicitName<Client>(spec: ResourceSpec<Client>, inputs: PropertyMap): boolean {
  if (spec.autoname === undefined) return false;
  const defaults = inputs[DEFAULTS];
  return !(Array.isArray(defaults) && defaults.includes(spec.autoname));
}

async function create<Client>(
  spec: ResourceSpec<Client>,
  request: CreateRequest,
  connect: () => Promise<Client>,
): Promise<CreateResult> {
  const inputs = plainInputs(spec.fields, request.inputs);
  if (request.preview) {
    const planned = plannedState(spec.fields, inputs, undefined, UNKNOWN);
    return { id: "", outputs: previewOutputs(spec.fields, planned, request.inputs) };
  }
  const client = await connect();
  let planned = plannedState(spec.fields, inputs, undefined);
  let id = spec.id(inputs);
  let stands = false;
  try {
    const told = await spec.create(client, inputs, () => (stands = true));
    stands = true;
    const created = typeof told === "string" ? { id: told } : told;
    id = created?.id ?? id;
    planned = { ...planned, ...created?.state };
    if (id === undefined) throw new Error(`${request.urn}: the creation gave no id`);
    const state = await readBack(spec, client, id, planned);
    return { id, outputs: bridgeOutputs(spec.fields, id, state, request.inputs) };
  } catch (error) {
    if (!stands || id === undefined) throw error;
    const outputs = bridgeOutputs(spec.fields, id, planned, request.inputs);
    throw new InitError(id, outputs, [isNativeError(error) ? error.message : String(error)]);
  }
}

async function readBack<Client>(
  spec: ResourceSpec<Client>,
  client: Client,
  id: string,
  planned: PropertyMap,
): Promise<PropertyMap> {
  const live = await spec.read(client, id, planned);
  if (!live) throw new Error(`"${id}" was written, but is not there when it is read back: see who else changes it`);
  return mergeRead(spec.fields, planned, live, true);
}

async function read<Client>(
  spec: ResourceSpec<Client>,
  request: ReadRequest,
  client: Client,
): Promise<ReadResult | undefined> {
  const known = knownState(spec, request);
  const live = await spec.read(client, request.id, known);
  if (!live) return undefined;
  const state = mergeRead(spec.fields, known ?? fillAbsent(spec.fields, {}), live, false);
  const marks = { ...request.outputs, ...request.inputs };
  const outputs = bridgeOutputs(spec.fields, request.id, state, marks);
  const inputs = isEmpty(request.inputs)
    ? importedInputs(spec.fields, outputs)
    : refreshedInputs(spec.fields, request.inputs ?? {}, outputs);
  return { id: request.id, inputs, outputs };
}

/** The last state; of a creation that was interrupted what it would have led to; nothing in an import. */
function knownState<Client>(spec: ResourceSpec<Client>, request: ReadRequest): PropertyMap | undefined {
  if (!isEmpty(request.outputs)) return plainState(spec.fields, request.outputs ?? {});
  if (isEmpty(request.inputs)) return undefined;
  return plannedState(spec.fields, plainInputs(spec.fields, request.inputs ?? {}), undefined);
}

function isEmpty(map: PropertyMap | undefined): boolean {
  return map === undefined || Object.values(map).every(isNothing);
}

async function update<Client>(
  spec: ResourceSpec<Client>,
  request: UpdateRequest,
  connect: () => Promise<Client>,
): Promise<UpdateResult> {
  const { state, inputs } = compared(spec, request);
  const planned = plannedState(spec.fields, inputs, state);
  if (request.preview) return { outputs: bridgeOutputs(spec.fields, request.id, planned, request.inputs) };
  const client = await connect();
  await spec.update(client, request.id, fillAbsent(spec.fields, inputs), state);
  const written = await readBack(spec, client, request.id, planned);
  return { outputs: bridgeOutputs(spec.fields, request.id, written, request.inputs) };
}
