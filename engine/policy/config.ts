import { readFile } from "node:fs/promises";
import { z } from "zod";
import { isObject } from "../state/property-codec";

/** How much a violated policy weighs, in the order of the protocol's numbers. Source: `pulumirpc.EnforcementLevel`. */
export const LEVELS = ["advisory", "mandatory", "disabled", "remediate"] as const;
export type EnforcementLevel = (typeof LEVELS)[number];

/** In the order of the protocol's numbers, which begin with none. Source: `pulumirpc.PolicySeverity`. */
export const SEVERITIES = [undefined, "low", "medium", "high", "critical"] as const;
export type PolicySeverity = Exclude<(typeof SEVERITIES)[number], undefined>;

/** The control of a compliance framework that a policy helps to meet. */
export interface PolicyFramework {
  readonly name: string;
  readonly version: string;
  readonly reference: string;
  readonly specification: string;
}

export interface PolicyConfig {
  /** Absent: as the pack says. */
  readonly level?: EnforcementLevel;
  readonly properties: Readonly<Record<string, unknown>>;
}

export type PackConfig = ReadonlyMap<string, PolicyConfig>;

/** What a pack says of one of its policies. */
export interface PolicyInfo {
  readonly name: string;
  readonly level: EnforcementLevel;
  readonly displayName?: string;
  readonly description?: string;
  readonly severity?: PolicySeverity;
  readonly framework?: PolicyFramework;
  readonly tags?: readonly string[];
  /** What to do about a violation. */
  readonly remediation?: string;
  readonly url?: string;
  /** JSON Schemas by property, and which must be set. */
  readonly schema?: { readonly properties: Readonly<Record<string, unknown>>; readonly required: readonly string[] };
}

/**
 * A pack's configuration file: JSON, by policy name (or `all`) either a level or an object of properties, in which
 * `enforcementLevel` is the level. Errors name the file and the policy.
 */
export async function loadPackConfig(file: string | undefined): Promise<PackConfig> {
  if (file === undefined) return new Map();
  const given = await readJson(file);
  if (!isObject(given)) throw new Error(`${file}: the configuration of a policy pack is a JSON object by policy name`);
  return new Map(
    Object.entries(given).map(([name, value]) => {
      if (typeof value === "string") return [name, { level: asLevel(value, file, name), properties: {} }];
      if (!isObject(value)) throw new Error(`${file}: ${name} is neither an enforcement level nor an object`);
      const { enforcementLevel, ...properties } = value;
      if (enforcementLevel === undefined) return [name, { properties }];
      return [name, { level: asLevel(enforcementLevel, file, name), properties }];
    }),
  );
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, "utf8");
  try {
    return text.trim() === "" ? {} : (JSON.parse(text) as unknown);
  } catch {
    throw new Error(`${file} is not JSON`);
  }
}

function asLevel(value: unknown, file: string, policy: string): EnforcementLevel {
  const level = LEVELS.find((each) => each === value);
  if (level !== undefined) return level;
  throw new Error(`${file}: the enforcement level of ${policy} is none of ${LEVELS.join(", ")}`);
}

/**
 * What each policy is configured with: the pack's own values, over them those of the pack's program, over them the file's.
 * Throws an error that names every property which the policies' schemas do not allow.
 */
export function resolveConfig(policies: readonly PolicyInfo[], ...layers: readonly PackConfig[]): PackConfig {
  const known = new Set(["all", ...policies.map((policy) => policy.name)]);
  const strangers = layers.flatMap((layer) => [...layer.keys()]).filter((name) => !known.has(name));
  if (strangers.length > 0)
    throw new Error(`its configuration names policies that it does not have: ${strangers.join(", ")}`);
  const resolved = policies.map(({ name, level, schema }) => {
    const defaults = Object.entries(schema?.properties ?? {}).flatMap(([key, each]) =>
      isObject(each) && "default" in each ? [[key, each["default"]] as const] : [],
    );
    const start: Required<PolicyConfig> = { level, properties: Object.fromEntries(defaults) };
    const config = layers.reduce((under, layer) => {
      const own = layer.get(name);
      return {
        level: own?.level ?? layer.get("all")?.level ?? under.level,
        properties: { ...under.properties, ...own?.properties },
      };
    }, start);
    return [name, config] as const;
  });
  const faults = policies.flatMap((policy, i) => faultsOf(policy, resolved[i]?.[1].properties ?? {}));
  if (faults.length > 0) throw new Error(`its configuration is not valid: ${faults.join("; ")}`);
  return new Map(resolved);
}

function faultsOf({ name, schema }: PolicyInfo, properties: PolicyConfig["properties"]): string[] {
  if (schema === undefined) return [];
  const { properties: schemas, required } = schema;
  const checked = z
    .fromJSONSchema({ type: "object", properties: schemas, required } as Parameters<typeof z.fromJSONSchema>[0])
    .safeParse(properties);
  return checked.success
    ? []
    : checked.error.issues.map((issue) => `${[name, ...issue.path].join(".")}: ${issue.message}`);
}
