import { isObject } from "./property-codec";

/**
 * What a deployment of version 4 names that one of version 3 does not know, by what a resource then holds. Who does not
 * know all of the named ones has to refuse the state. Source: Pulumi's `stack.ApplyFeatures`.
 */
const FEATURES: Readonly<Record<string, string>> = { hooks: "resourceHooks", replaceWith: "replaceWith" };

const PLAIN_VERSION = 3;
/** The newest version that this engine reads and writes. */
export const LATEST_VERSION = 4;

/** The version and the features under which resources have to be written. */
export function versionOf(resources: readonly unknown[]): { readonly version: number; readonly features?: string[] } {
  const holds = (field: string) => resources.some((resource) => isObject(resource) && resource[field] !== undefined);
  const features = Object.keys(FEATURES).filter((name) => holds(FEATURES[name] ?? ""));
  return features.length === 0 ? { version: PLAIN_VERSION } : { version: LATEST_VERSION, features };
}

/** Those that this engine does not know. */
export function unknownFeatures(features: unknown): string[] {
  return Array.isArray(features) ? features.map(String).filter((name) => !(name in FEATURES)) : [];
}

export function isReadable(version: unknown): boolean {
  return version === PLAIN_VERSION || version === LATEST_VERSION;
}
