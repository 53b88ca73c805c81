import type { ResourceProvider } from "../providers/base/provider";
import { containsUnknown } from "../providers/base/values";
import type { PropertyMap } from "../providers/base/values";
import { messageOf } from "./errors";
import { Memo } from "./memo";
import type { ResourceState } from "./resource-state";
import { packageOf, parseProviderRef } from "./urn";

/** A provider as one provider resource configures it. */
export interface ProviderInstance {
  readonly provider: ResourceProvider;
  /** False in a preview whose provider configuration is not known yet: only `check` may be called. */
  readonly configured: boolean;
}

/** Opens the provider that serves a package; `version` is empty when any will do. */
export type OpenProvider = (packageName: string, version: string) => Promise<ResourceProvider>;

/** The providers of one operation: made on first use, found by the URN of their resource, closed together. */
export class ProviderHost {
  private readonly instances = new Map<string, Promise<ProviderInstance>>();
  private readonly bare = new Memo<ResourceProvider>();
  /** Provider resources of the old state, for what the program does not declare any more. */
  private readonly recorded = new Map<string, ResourceState>();

  constructor(
    private readonly open: OpenProvider,
    recorded: readonly ResourceState[],
  ) {
    for (const state of recorded) {
      if (!state.delete || !this.recorded.has(state.urn)) this.recorded.set(state.urn, state);
    }
  }

  /** A provider that is not configured: for `checkConfig` and `diffConfig`. */
  unconfigured(type: string, urn: string, version = ""): Promise<ResourceProvider> {
    return this.bare.get(`${packageOf(type)} ${version}`, () => this.opened(urn, type, version));
  }

  /** Makes the instance that a provider resource with these inputs stands for, in place of an earlier one. */
  async configure(urn: string, type: string, inputs: PropertyMap): Promise<void> {
    const previous = this.instances.get(urn);
    const next = this.make(urn, type, inputs);
    this.instances.set(urn, next);
    const closed = await previous?.catch(() => undefined);
    await closed?.provider.close();
    await next;
  }

  /** The instance of a provider reference (`<urn>::<id>`), from the program or else from the old state. */
  async instance(ref: string): Promise<ProviderInstance> {
    const { urn } = parseProviderRef(ref);
    let found = this.instances.get(urn);
    if (found === undefined) {
      const state = this.recorded.get(urn);
      if (state === undefined) throw new Error(`${urn}: this provider is neither declared nor in the state`);
      found = this.make(urn, state.type, state.inputs);
      this.instances.set(urn, found);
    }
    return found;
  }

  async close(): Promise<void> {
    const made = await Promise.allSettled([...this.instances.values()].map(async (made) => (await made).provider));
    const bare = await Promise.allSettled(this.bare.values());
    const providers = [...made, ...bare].flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    await Promise.allSettled(providers.map((provider) => provider.close()));
  }

  private async make(urn: string, type: string, inputs: PropertyMap): Promise<ProviderInstance> {
    const version = typeof inputs["version"] === "string" ? inputs["version"] : "";
    // The one that has judged the configuration is there already; a plugin is a process.
    const provider = await (this.bare.take(`${packageOf(type)} ${version}`) ?? this.opened(urn, type, version));
    const config = providerConfig(inputs);
    if (containsUnknown(config)) return { provider, configured: false };
    try {
      await provider.configure(config);
    } catch (error) {
      await provider.close();
      throw new Error(`${urn}: the provider cannot be configured: ${messageOf(error)}`, { cause: error });
    }
    return { provider, configured: true };
  }

  private async opened(urn: string, type: string, version: string): Promise<ResourceProvider> {
    try {
      return await this.open(packageOf(type), version);
    } catch (error) {
      throw new Error(`${urn}: ${messageOf(error)}`, { cause: error });
    }
  }
}

/** A provider's own configuration: its inputs without what the engine put there. */
export function providerConfig(inputs: PropertyMap): PropertyMap {
  const { version: _version, __internal: _internal, pluginDownloadURL: _url, ...config } = inputs;
  return config;
}
