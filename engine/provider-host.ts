import type { ResourceProvider } from "../providers/base/provider";
import { containsUnknown } from "../providers/base/values";
import type { PropertyMap } from "../providers/base/values";
import { messageOf } from "./errors";
import { Memo } from "./memo";
import { requestOf } from "./packages";
import type { PackageRequest } from "./packages";
import type { ResourceState } from "./resource-state";
import { packageOf, parseProviderRef } from "./urn";

/** A provider as one provider resource configures it. */
export interface ProviderInstance {
  readonly provider: ResourceProvider;
  /** False in a preview whose provider configuration is not known yet: only `check` may be called. */
  readonly configured: boolean;
}

/** Opens the provider that serves a package. */
export type OpenProvider = (wanted: PackageRequest) => Promise<ResourceProvider>;

/**
 * The providers of one operation: made on first use, found by provider reference (`<urn>::<id>`), closed together. A
 * provider that is replaced is two: what is left of the old one's resources is still deleted where the old one works.
 */
export class ProviderHost {
  private readonly instances = new Map<string, Promise<ProviderInstance>>();
  private readonly bare = new Memo<ResourceProvider>();
  /** What the program has declared, by URN: the reference of the latest. */
  private readonly declared = new Map<string, string>();

  constructor(
    private readonly open: OpenProvider,
    /** Provider resources of the old state, for what the program does not declare any more. */
    private readonly recorded: readonly ResourceState[],
  ) {}

  /** A provider that is not configured: for `checkConfig` and `diffConfig`. */
  unconfigured(urn: string, wanted: PackageRequest): Promise<ResourceProvider> {
    return this.bare.get(keyOf(wanted), () => this.opened(urn, wanted));
  }

  /** Makes the instance that a provider resource stands for, in place of an earlier one. */
  async configure({ urn, id, type, inputs }: ResourceState): Promise<void> {
    const ref = providerRef(urn, id);
    const previous = this.instances.get(ref);
    const next = this.make(urn, type, inputs);
    this.instances.set(ref, next);
    this.declared.set(urn, ref);
    const closed = await previous?.catch(() => undefined);
    await closed?.provider.close();
    await next;
  }

  /** The instance of a provider reference, from the program or else from the old state. */
  async instance(ref: string): Promise<ProviderInstance> {
    const { urn } = parseProviderRef(ref);
    const latest = this.declared.get(urn) ?? "";
    const found = this.instances.get(ref) ?? (this.isRecorded(ref) ? undefined : this.instances.get(latest));
    if (found !== undefined) return found;
    const state = this.record(ref);
    if (state === undefined) throw new Error(`${urn}: this provider is neither declared nor in the state`);
    const made = this.make(urn, state.type, state.inputs);
    this.instances.set(ref, made);
    return made;
  }

  /** What the old state says of a provider: of exactly this one, else of one that has its URN. */
  record(ref: string): ResourceState | undefined {
    const { urn } = parseProviderRef(ref);
    const named = this.recorded.filter((state) => state.urn === urn);
    return (
      named.find((state) => providerRef(urn, state.id) === ref) ?? named.find((state) => !state.delete) ?? named[0]
    );
  }

  private isRecorded(ref: string): boolean {
    return this.recorded.some((state) => providerRef(state.urn, state.id) === ref);
  }

  /** Has every provider release what it keeps for its next call, so that what is left belongs to the program. */
  rest(): void {
    for (const made of this.instances.values()) {
      made.then(
        ({ provider }) => provider.rest?.(),
        () => undefined,
      );
    }
  }

  async close(): Promise<void> {
    const made = await Promise.allSettled([...this.instances.values()].map(async (made) => (await made).provider));
    const bare = await Promise.allSettled(this.bare.values());
    const providers = [...made, ...bare].flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    await Promise.allSettled(providers.map((provider) => provider.close()));
  }

  private async make(urn: string, type: string, inputs: PropertyMap): Promise<ProviderInstance> {
    const wanted = requestOf(packageOf(type), inputs);
    // The one that has judged the configuration is there already; a plugin is a process.
    const provider = await (this.bare.take(keyOf(wanted)) ?? this.opened(urn, wanted));
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

  private async opened(urn: string, wanted: PackageRequest): Promise<ResourceProvider> {
    try {
      return await this.open(wanted);
    } catch (error) {
      throw new Error(`${urn}: ${messageOf(error)}`, { cause: error });
    }
  }
}

function keyOf({ name, version }: PackageRequest): string {
  return `${name} ${version}`;
}

/** A provider's own configuration: its inputs without what the engine put there. */
export function providerConfig(inputs: PropertyMap): PropertyMap {
  const { version: _version, __internal: _internal, pluginDownloadURL: _url, ...config } = inputs;
  return config;
}

function providerRef(urn: string, id = ""): string {
  return `${urn}::${id}`;
}
