import type { CheckResult, DiffResult, ResourceProvider } from "../../../providers/base/provider";
import type { PropertyMap, Value } from "../../../providers/base/values";
import { createHostsProvider } from "../../../providers/hosts/provider";
import { startTestHosts, type TestHost } from "../../support/servers";

/** What a state holds of one resource. */
export interface Entry {
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
}

export function hostInputs({ name, address, port, hostKey }: TestHost): PropertyMap {
  return { name, address, port, hostKey };
}

export async function configuredProvider(host: TestHost, config: PropertyMap = {}): Promise<ResourceProvider> {
  const provider = createHostsProvider();
  await provider.configure({ privateKey: host.privateKey, serviceManager: "lab", ...config });
  return provider;
}

export interface Ground {
  readonly host: TestHost;
  readonly provider: ResourceProvider;
  /** Closes the one and stops the other. */
  stop(): Promise<void>;
}

/** A host and a provider that works on it. */
export async function startGround(): Promise<Ground> {
  const [host] = await startTestHosts(1);
  if (host === undefined) throw new Error("no test host");
  const provider = await configuredProvider(host);
  const stop = async (): Promise<void> => {
    await provider.close();
    await host.stop();
  };
  return { host, provider, stop };
}

/** One resource as the engine drives it: check, then the call. */
export function resource(provider: ResourceProvider, type: "FileSet" | "Guard" | "LocalFiles", name: string) {
  const token = `hosts:index:${type}`;
  const common = { type: token, name, urn: `urn:pulumi:test::groundwork::${token}::${name}` };
  const check = async (inputs: PropertyMap): Promise<PropertyMap> => {
    const checked: CheckResult = await provider.check({ ...common, inputs });
    if (checked.failures.length > 0) throw new Error(checked.failures.map(({ reason }) => reason).join("; "));
    return checked.inputs;
  };
  return {
    common,
    check,
    async create(given: PropertyMap): Promise<Entry> {
      const inputs = await check(given);
      return { inputs, ...(await provider.create({ ...common, inputs, preview: false })) };
    },
    async update(old: Entry, given: PropertyMap): Promise<Entry> {
      const inputs = await check(given);
      const request = { ...common, id: old.id, oldInputs: old.inputs, oldOutputs: old.outputs, inputs, preview: false };
      return { id: old.id, inputs, outputs: (await provider.update(request)).outputs };
    },
    async diff(old: Entry, given: PropertyMap): Promise<DiffResult> {
      const inputs = await check(given);
      return provider.diff({ ...common, id: old.id, oldInputs: old.inputs, oldOutputs: old.outputs, inputs });
    },
    read: (old: Partial<Entry> & { readonly id: string }): Promise<Entry | undefined> =>
      provider.read({ ...common, ...old }),
    delete: (old: Entry): Promise<readonly string[] | void> => provider.delete({ ...common, ...old }),
  };
}

/** The diff's kinds by path: `{ "files[0].mode": "update" }`. */
export function kinds({ detailedDiff = {} }: DiffResult): Record<string, string> {
  return Object.fromEntries(Object.entries(detailedDiff).map(([path, { kind }]) => [path, kind]));
}

export function file(path: string, content: Value, more: PropertyMap = {}): PropertyMap {
  return { path, content, ...more };
}
