import { checkConfigInputs, checkInputs } from "../../base/bridge-check";
import { withoutDefaults } from "../../base/bridge-fields";
import { encodeConfig } from "../../base/config-encoding";
import type { ResourceProvider } from "../../base/provider";
import type { PropertyMap } from "../../base/values";
import { createContext, type Context } from "./context";
import { diffInputs, toResult } from "./detailed-diff";
import { PROVIDER_FIELDS } from "./fields";
import { FILE_SET } from "./file-set";
import { GUARD } from "./guard";
import { takeInventory } from "./inventory";
import { LOCAL_FILES } from "./local-files";
import type { Resource } from "./resource";

const RESOURCES: Readonly<Record<string, Resource>> = {
  "hosts:index:FileSet": FILE_SET,
  "hosts:index:Guard": GUARD,
  "hosts:index:LocalFiles": LOCAL_FILES,
};

function resource(type: string): Resource {
  const found = RESOURCES[type];
  if (found !== undefined) return found;
  throw new Error(`the hosts provider has no resource type ${type}; it has ${Object.keys(RESOURCES).join(", ")}`);
}

/** Files and guarded commands on hosts, over SSH: package `hosts`. */
export function createHostsProvider(): ResourceProvider {
  let configured: Context | undefined;
  const context = (): Context => {
    if (configured === undefined) throw new Error("The hosts provider was used before it was configured.");
    return configured;
  };

  return {
    async checkConfig({ inputs }) {
      const checked = checkConfigInputs(PROVIDER_FIELDS, inputs);
      return { ...checked, inputs: encodeConfig(checked.inputs) };
    },
    diffConfig: async ({ oldInputs, inputs }) => toResult(diffInputs(PROVIDER_FIELDS, oldInputs, inputs)),
    async configure(inputs) {
      configured = createContext(inputs);
    },
    async check({ type, inputs: given }) {
      const { fields, judge } = resource(type);
      const { inputs, failures } = checkInputs(fields, given, {});
      const checked = withoutDefaults(inputs) as PropertyMap;
      return { inputs: checked, failures: failures.length > 0 ? failures : judge(checked) };
    },
    diff: async ({ type, oldInputs, oldOutputs, inputs }) => resource(type).diff(oldInputs, oldOutputs, inputs),
    async create(request) {
      const { type, urn, name, inputs } = request;
      const id = resource(type).id(urn, name, inputs);
      return { id, outputs: await resource(type).create(context(), { ...request, id }) };
    },
    read: (request) => resource(request.type).read(context(), request),
    update: async (request) => ({ outputs: await resource(request.type).update(context(), request) }),
    delete: (request) => resource(request.type).delete(context(), request),
    async invoke({ token }) {
      throw new Error(`the hosts provider has no function ${token}`);
    },
    identify: ({ type, urn, name, inputs }) => ({ kind: "id", id: resource(type).id(urn, name, inputs) }),
    inventory: (request) => takeInventory(context(), request),
    rest: () => configured?.connections.rest(),
    async close() {
      configured?.connections.close();
    },
  };
}
