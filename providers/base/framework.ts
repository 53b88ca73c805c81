import { checkInputs, withoutNulls } from "./framework-check";
import { knownValues, planResource } from "./framework-plan";
import type { FrameworkResource } from "./framework-spec";
import { toOutputs } from "./framework-state";
import type { CheckRequest, CheckResult, InvokeResult, ResourceProvider } from "./provider";
import { revealMap } from "./values";
import type { PropertyMap } from "./values";

export interface FrameworkPackage {
  /** By type token. */
  readonly resources: Readonly<Record<string, FrameworkResource>>;
  /** Properties of the provider itself that are accepted. */
  readonly config?: readonly string[];
  /** By token. */
  readonly functions?: Readonly<Record<string, (args: PropertyMap) => InvokeResult | Promise<InvokeResult>>>;
  /** Functions of the official provider that are refused, with the reason, by token. */
  readonly refusedFunctions?: Readonly<Record<string, string>>;
}

/** Properties that every provider resource may have. */
const PROVIDER_PROPERTIES = ["version", "pluginDownloadURL"];

/** A provider of resources that live in the state alone: nothing is looked up, and deleting one touches nothing. */
export function createFrameworkProvider(name: string, definition: FrameworkPackage): ResourceProvider {
  function resource(type: string): FrameworkResource {
    const found = definition.resources[type];
    if (found !== undefined) return found;
    const known = Object.keys(definition.resources).join(", ");
    throw new Error(`the built-in ${name} provider does not support the resource type ${type}; it has ${known}`);
  }
  const plain = (map: PropertyMap) => withoutNulls(revealMap(map));

  return {
    checkConfig: (request) => Promise.resolve(checkProvider(name, definition.config ?? [], request)),
    diffConfig: () => Promise.resolve({ changes: undefined, replaces: [], diffs: [] }),
    configure: () => Promise.resolve(),

    async check({ type, inputs, oldInputs }) {
      return checkInputs(resource(type), type, inputs, oldInputs);
    },

    async diff({ type, oldOutputs, inputs }) {
      const { diffs, replaces } = planResource(resource(type), plain(oldOutputs), plain(inputs));
      return { changes: diffs.length > 0, diffs, replaces };
    },

    async create({ type, inputs, preview }) {
      const spec = resource(type);
      const { planned } = planResource(spec, undefined, plain(inputs));
      if (preview) return { id: "", outputs: toOutputs(spec, planned, inputs) };
      const known = knownValues(planned);
      const values = { ...known, ...(await spec.create(known)) };
      return { id: String(values["id"]), outputs: toOutputs(spec, values, inputs) };
    },

    async read({ type, id, inputs, outputs }) {
      const spec = resource(type);
      if (outputs !== undefined && Object.keys(outputs).length > 0) {
        const state = plain(outputs);
        return { id, inputs: inputs ?? {}, outputs: toOutputs(spec, spec.refresh?.(state) ?? state, outputs) };
      }
      if (spec.import === undefined) {
        throw new Error(
          `${type} cannot be imported or read by id: it exists only in the state of the stack that made it`,
        );
      }
      const imported = spec.import(id);
      return {
        id: String(imported["id"]),
        inputs: checkInputs(spec, type, importedInputs(spec, imported)).inputs,
        outputs: toOutputs(spec, imported, {}),
      };
    },

    async update({ type, oldOutputs, inputs, preview }) {
      const spec = resource(type);
      const { planned } = planResource(spec, plain(oldOutputs), plain(inputs));
      return { outputs: toOutputs(spec, preview ? planned : knownValues(planned), inputs) };
    },

    delete: () => Promise.resolve(),

    async invoke({ token, args }) {
      const run = definition.functions?.[token];
      if (run !== undefined) return run(plain(args));
      const reason = definition.refusedFunctions?.[token] ?? "it is not known";
      throw new Error(`the built-in ${name} provider does not support the function ${token}: ${reason}`);
    },

    identify: () => ({ kind: "local" }),
    close: () => Promise.resolve(),
  };
}

function checkProvider(name: string, accepted: readonly string[], { inputs }: CheckRequest): CheckResult {
  const failures = Object.keys(inputs)
    .filter((key) => ![...accepted, ...PROVIDER_PROPERTIES].includes(key) && !key.startsWith("__"))
    .map((property) => ({ property, reason: `the ${name} provider has no property "${property}"` }));
  return { inputs, failures };
}

function importedInputs(spec: FrameworkResource, state: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(state).filter(([property, value]) => {
      const attribute = spec.attributes[property];
      return attribute !== undefined && attribute.from !== "computed" && attribute.default !== value;
    }),
  );
}
