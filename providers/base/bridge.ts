import { checkConfigInputs } from "./bridge-check";
import { completeConfig, lazyConnection } from "./bridge-connection";
import { check, create, diff, plainInputs, plainState, read, update } from "./bridge-resource";
import type { BridgeOptions, ResourceSpec } from "./bridge-spec";
import { encodeConfig } from "./config-encoding";
import { InitError } from "./provider";
import type { Identity, ResourceProvider } from "./provider";
import { createRedactor, secretStrings } from "./redact";
import { containsUnknown, equalValues, revealMap } from "./values";
import type { PropertyMap } from "./values";

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
