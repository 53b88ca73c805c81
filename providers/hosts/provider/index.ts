import type { CheckFailure, CheckResult, CreateRequest, CreateResult, DeleteRequest } from "../../base/provider";
import type { DiffResult, ReadRequest, ReadResult, ResourceProvider } from "../../base/provider";
import type { UpdateRequest, UpdateResult } from "../../base/provider";
import { isPropertyMap, reveal, type PropertyMap } from "../../base/values";
import { encodeConfig } from "../../base/config-encoding";
import { createContext, idOf, type Context } from "./context";
import { diffValues, merge, toResult } from "./detailed-diff";
import { checkFields, FILE_SET_FIELDS, GUARD_FIELDS, LOCAL_FILES_FIELDS, PROVIDER_FIELDS, type Fields } from "./fields";
import { createFileSet, deleteFileSet, readFileSet, updateFileSet } from "./file-set";
import { diffFileSet } from "./file-set-diff";
import { createGuard, deleteGuard, diffGuard, readGuard, updateGuard } from "./guard";
import { judgeFileSet } from "./items";
import { createLocalFiles, deleteLocalFiles, diffLocalFiles } from "./local-files";
import { judgeLocalFiles, readLocalFiles, updateLocalFiles } from "./local-files";

interface Resource {
  readonly fields: Fields;
  readonly judge: (inputs: PropertyMap) => readonly CheckFailure[];
  readonly diff: (oldInputs: PropertyMap, oldOutputs: PropertyMap, inputs: PropertyMap) => DiffResult;
  readonly create: (context: Context, request: CreateRequest) => Promise<CreateResult>;
  readonly read: (context: Context, request: ReadRequest) => Promise<ReadResult | undefined>;
  readonly update: (context: Context, request: UpdateRequest) => Promise<UpdateResult>;
  readonly delete: (context: Context, request: DeleteRequest) => Promise<readonly string[]>;
}

const RESOURCES: Readonly<Record<string, Resource>> = {
  "hosts:index:FileSet": {
    ...{ fields: FILE_SET_FIELDS, judge: judgeFileSet, diff: diffFileSet },
    ...{ create: createFileSet, read: readFileSet, update: updateFileSet, delete: deleteFileSet },
  },
  "hosts:index:Guard": {
    ...{ fields: GUARD_FIELDS, judge: judgeEnvironment, diff: diffGuard },
    ...{ create: createGuard, read: readGuard, update: updateGuard, delete: deleteGuard },
  },
  "hosts:index:LocalFiles": {
    ...{ fields: LOCAL_FILES_FIELDS, judge: judgeLocalFiles, diff: diffLocalFiles, create: createLocalFiles },
    ...{ read: readLocalFiles, update: updateLocalFiles, delete: deleteLocalFiles },
  },
};

function judgeEnvironment(inputs: PropertyMap): CheckFailure[] {
  const environment = reveal(inputs["environment"] ?? {});
  const names = isPropertyMap(environment) ? Object.keys(environment) : [];
  return names
    .filter((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    .map((name) => ({ property: `environment.${name}`, reason: `environment.${name} is no name of a variable` }));
}

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
  const check = (fields: Fields, inputs: PropertyMap, judge: Resource["judge"]): CheckResult => {
    const checked = checkFields(fields, inputs);
    return checked.failures.length > 0 ? checked : { ...checked, failures: judge(checked.inputs) };
  };

  return {
    async checkConfig({ inputs }) {
      const { version, pluginDownloadURL, ...own } = inputs;
      const kept = Object.entries({ version, pluginDownloadURL }).filter(([, value]) => value !== undefined);
      const checked = check(PROVIDER_FIELDS, own, () => []);
      const encoded = encodeConfig(checked.inputs);
      return { ...checked, inputs: { ...(Object.fromEntries(kept) as PropertyMap), ...encoded } };
    },
    async diffConfig({ oldInputs, inputs }) {
      const names = [...new Set([...Object.keys(oldInputs), ...Object.keys(inputs)])];
      return toResult(merge(names.map((name) => diffValues(name, oldInputs[name], inputs[name]))));
    },
    async configure(inputs) {
      configured = createContext(inputs);
    },
    check: async ({ type, inputs }) => check(resource(type).fields, inputs, resource(type).judge),
    diff: async ({ type, oldInputs, oldOutputs, inputs }) => resource(type).diff(oldInputs, oldOutputs, inputs),
    create: (request) => resource(request.type).create(context(), request),
    read: (request) => resource(request.type).read(context(), request),
    update: (request) => resource(request.type).update(context(), request),
    delete: (request) => resource(request.type).delete(context(), request),
    async invoke({ token }) {
      throw new Error(`the hosts provider has no function ${token}`);
    },
    identify: ({ urn, name, inputs }) => ({ kind: "id", id: idOf(urn, name, inputs) }),
    async close() {
      configured?.connections.close();
    },
  };
}
