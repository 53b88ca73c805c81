import { checkConfigInputs, checkInputs } from "../../base/bridge-check";
import { withoutDefaults } from "../../base/bridge-fields";
import type { FieldTable } from "../../base/bridge-spec";
import { encodeConfig } from "../../base/config-encoding";
import type { CheckFailure, CreateRequest, CreateResult, DeleteRequest, DiffResult } from "../../base/provider";
import type { ReadRequest, ReadResult, ResourceProvider, UpdateRequest, UpdateResult } from "../../base/provider";
import { isPropertyMap, reveal, type PropertyMap } from "../../base/values";
import { createContext, idOf, type Context } from "./context";
import { diffInputs, toResult } from "./detailed-diff";
import { FILE_SET_FIELDS, GUARD_FIELDS, LOCAL_FILES_FIELDS, PROVIDER_FIELDS } from "./fields";
import { createFileSet, deleteFileSet, readFileSet, updateFileSet } from "./file-set";
import { diffFileSet } from "./file-set-diff";
import { createGuard, deleteGuard, diffGuard, readGuard, updateGuard } from "./guard";
import { judgeFileSet } from "./items";
import { createLocalFiles, deleteLocalFiles, diffLocalFiles } from "./local-files";
import { readLocalFiles, updateLocalFiles } from "./local-files";

interface Resource {
  readonly fields: FieldTable;
  /** What no single field can tell. */
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
    ...{ fields: GUARD_FIELDS, judge: keysOf("environment", /^[A-Za-z_]\w*$/, "name of a variable"), diff: diffGuard },
    ...{ create: createGuard, read: readGuard, update: updateGuard, delete: deleteGuard },
  },
  "hosts:index:LocalFiles": {
    fields: LOCAL_FILES_FIELDS,
    judge: keysOf("files", /^(?!\.\.?$)[\w.@+-]+$/, "name of a file in a folder"),
    ...{ diff: diffLocalFiles, create: createLocalFiles },
    ...{ read: readLocalFiles, update: updateLocalFiles, delete: deleteLocalFiles },
  },
};

function keysOf(property: string, expected: RegExp, description: string): Resource["judge"] {
  return (inputs) => {
    const map = reveal(inputs[property] ?? {});
    const names = isPropertyMap(map) ? Object.keys(map) : [];
    const wrong = names.filter((name) => !expected.test(name));
    return wrong.map((name) => ({ property, reason: `${JSON.stringify(name)} is no ${description}` }));
  };
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
