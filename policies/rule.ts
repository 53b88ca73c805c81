import type {
  PolicyConfigSchema,
  PolicyResource,
  ResourceValidationPolicy,
  Severity,
  StackValidationPolicy,
} from "@pulumi/policy";

import type { PropertyMap } from "../providers/base/values";
import { EXCEPTIONS, type Exception, isExcepted } from "./exceptions";
import { type Control, framework } from "./framework";
import { marked } from "./marks";
import type { Member, Subject } from "./subject";

/** Says what is wrong, in words without a value that may be secret; about another resource than the one that is judged. */
export type Report = (fault: string, urn?: string) => void;

interface Facts<Config> {
  /** Small letters and hyphens: configuration and reports name it. */
  readonly name: string;
  readonly displayName: string;
  /** One sentence: what holds. */
  readonly description: string;
  readonly severity: Severity;
  /** Without a configuration. */
  readonly level: "advisory" | "mandatory";
  readonly control: Control;
  readonly tags: readonly string[];
  /** What to do, as one would tell a colleague. */
  readonly remedy: string;
  /** What can be configured, with the defaults of all that is left out. */
  readonly config: { readonly [Key in keyof Config]: ConfigProperty<Config[Key]> };
}

type ConfigProperty<T> = PolicyConfigSchema["properties"][string] & {
  readonly description: string;
  readonly default: T;
};

/** Judges one resource by its inputs, before it is touched. */
export interface ResourceRule<Config> extends Facts<Config> {
  readonly check: (subject: Subject, report: Report, config: Config) => void;
}

/** Judges what only all resources together show: at the end of a preview, so before anything is touched. */
export interface StackRule<Config> extends Facts<Config> {
  readonly check: (members: readonly Member[], report: Report, config: Config) => void;
}

/**
 * Inputs by URN, as they were judged. A stack is judged by outputs, in which the files of a FileSet do not stand; but
 * every resource is judged before the stack is, in this process.
 */
const judged = new Map<string, PropertyMap>();

export function resourceRule<Config>(rule: ResourceRule<Config>): ResourceValidationPolicy {
  return {
    ...policyOf(rule),
    validateResource: ({ urn, type, props, opts, getConfig }, reportViolation) => {
      const inputs = marked(props);
      judged.set(urn, inputs);
      const config = configOf(rule, getConfig());
      if (isExcepted(config.exceptions, urn)) return;
      rule.check({ urn, type, inputs, protect: opts.protect }, (fault) => reportViolation(words(rule, fault)), config);
    },
  };
}

export function stackRule<Config>(rule: StackRule<Config>): StackValidationPolicy {
  return {
    ...policyOf(rule),
    validateStack: ({ resources, getConfig }, reportViolation) => {
      const config = configOf(rule, getConfig());
      const report: Report = (fault, urn) => {
        if (urn === undefined || !isExcepted(config.exceptions, urn)) reportViolation(words(rule, fault), urn);
      };
      rule.check(resources.map(memberOf), report, config);
    },
  };
}

function words<Config>({ remedy }: Facts<Config>, fault: string): string {
  return `${fault}\nRemedy: ${remedy}`;
}

function policyOf<Config>(rule: Facts<Config>) {
  const { name, displayName, description, severity, level, control, tags, remedy, config } = rule;
  return {
    ...{ name, displayName, description, severity, enforcementLevel: level, tags: [...tags] },
    framework: framework(control),
    remediationSteps: remedy,
    configSchema: { properties: { ...config, exceptions: EXCEPTIONS } },
  };
}

/** Pulumi's engine fills in the defaults of a schema only where there is a configuration. */
function configOf<Config>({ config }: Facts<Config>, given: object): Config & { exceptions: readonly Exception[] } {
  const defaults = Object.entries<ConfigProperty<unknown>>(config).map(([key, property]) => [key, property.default]);
  return { exceptions: [], ...Object.fromEntries(defaults), ...given } as Config & { exceptions: readonly Exception[] };
}

function memberOf(resource: PolicyResource): Member {
  const { urn, type, opts, propertyDependencies } = resource;
  const outputs = marked(resource.props);
  const madeFrom = Object.entries(propertyDependencies).map(([key, from]) => [key, from.map((each) => each.urn)]);
  return {
    ...{ urn, type, outputs, protect: opts.protect },
    inputs: judged.get(urn) ?? outputs,
    lineage: lineageOf(resource),
    madeFrom: Object.fromEntries(madeFrom) as Member["madeFrom"],
  };
}

function lineageOf({ urn, type, parent }: PolicyResource): string[] {
  if (type === "pulumi:pulumi:Stack") return [];
  return [urn, ...(parent === undefined ? [] : lineageOf(parent))];
}
