import * as pb from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { toStruct } from "../../providers/base/wire";
import type { PropertyMap } from "../../providers/base/values";
import type { EngineEvent } from "../events";
import type { ResourceState } from "../resource-state";
import { urnName } from "../urn";
import type { EnforcementLevel, PackConfig, PolicyConfig, PolicyInfo } from "./config";

/** A resource as policies see it. */
export interface PolicyResource {
  readonly urn: string;
  readonly type: string;
  readonly properties: PropertyMap;
  readonly parent?: string;
  readonly protect?: boolean;
  readonly deleteBeforeReplace?: boolean;
  readonly ignoreChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly aliases: readonly string[];
  readonly customTimeouts?: ResourceState["customTimeouts"];
  /** Of the provider that serves it, as far as that is known. */
  readonly provider?: ResourceState;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: ResourceState["propertyDependencies"];
}

export function analyzeRequest(resource: PolicyResource, withInternals: boolean): pb.AnalyzeRequest {
  return fill(new pb.AnalyzeRequest(), resource, withInternals);
}

export function analyzeStackRequest(resources: readonly PolicyResource[]): pb.AnalyzeStackRequest {
  const messages = resources.map((resource) => {
    const message = fill(new pb.AnalyzerResource(), resource, false)
      .setParent(resource.parent ?? "")
      .setDependenciesList([...resource.dependencies]);
    for (const [key, urns] of Object.entries(resource.propertyDependencies)) {
      message.getPropertydependenciesMap().set(key, new pb.AnalyzerPropertyDependencies().setUrnsList([...urns]));
    }
    return message;
  });
  return new pb.AnalyzeStackRequest().setResourcesList(messages);
}

function fill<Message extends pb.AnalyzeRequest | pb.AnalyzerResource>(
  message: Message,
  resource: PolicyResource,
  withInternals: boolean,
): Message {
  const { urn, type, properties, provider } = resource;
  message.setUrn(urn).setType(type).setName(urnName(urn)).setOptions(options(resource));
  message.setProperties(toStruct(withInternals ? properties : withoutInternals(properties)));
  if (provider !== undefined) {
    const shown = new pb.AnalyzerProviderResource().setUrn(provider.urn).setType(provider.type);
    message.setProvider(
      shown.setName(urnName(provider.urn)).setProperties(toStruct(withoutInternals(provider.inputs))),
    );
  }
  return message;
}

/** Without what SDKs and plugins keep for themselves. */
function withoutInternals(map: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !key.startsWith("__")));
}

function options(resource: PolicyResource): pb.AnalyzerResourceOptions {
  const { create = 0, update = 0, delete: remove = 0 } = resource.customTimeouts ?? {};
  return new pb.AnalyzerResourceOptions()
    .setProtect(resource.protect ?? false)
    .setIgnorechangesList([...resource.ignoreChanges])
    .setDeletebeforereplace(resource.deleteBeforeReplace ?? false)
    .setDeletebeforereplacedefined(resource.deleteBeforeReplace !== undefined)
    .setAdditionalsecretoutputsList([...resource.additionalSecretOutputs])
    .setAliasesList([...resource.aliases])
    .setCustomtimeouts(
      new pb.AnalyzerResourceOptions.CustomTimeouts().setCreate(create).setUpdate(update).setDelete(remove),
    )
    .setParent(resource.parent ?? "");
}

const LEVELS: Readonly<Record<pb.EnforcementLevel, EnforcementLevel>> = {
  [pb.EnforcementLevel.ADVISORY]: "advisory",
  [pb.EnforcementLevel.MANDATORY]: "mandatory",
  [pb.EnforcementLevel.DISABLED]: "disabled",
  [pb.EnforcementLevel.REMEDIATE]: "remediate",
};
const LEVEL_NUMBERS: Readonly<Record<EnforcementLevel, pb.EnforcementLevel>> = {
  advisory: pb.EnforcementLevel.ADVISORY,
  mandatory: pb.EnforcementLevel.MANDATORY,
  disabled: pb.EnforcementLevel.DISABLED,
  remediate: pb.EnforcementLevel.REMEDIATE,
};
const SEVERITIES = {
  [pb.PolicySeverity.POLICY_SEVERITY_LOW]: "low",
  [pb.PolicySeverity.POLICY_SEVERITY_MEDIUM]: "medium",
  [pb.PolicySeverity.POLICY_SEVERITY_HIGH]: "high",
  [pb.PolicySeverity.POLICY_SEVERITY_CRITICAL]: "critical",
  [pb.PolicySeverity.POLICY_SEVERITY_UNSPECIFIED]: undefined,
} as const;

export type PolicyEvent = Extract<EngineEvent, { kind: "policy" }>;

/** What a policy found. A violation that a remediation was to prevent is as bad as a mandatory one. */
export function violation(found: pb.AnalyzeDiagnostic, urn: string | undefined): PolicyEvent {
  const level = LEVELS[found.getEnforcementlevel()];
  const severity = SEVERITIES[found.getSeverity()];
  return {
    kind: "policy",
    pack: found.getPolicypackname(),
    packVersion: found.getPolicypackversion(),
    policy: found.getPolicyname(),
    level: level === "advisory" ? "advisory" : "mandatory",
    message: found.getMessage() || found.getDescription(),
    ...(severity !== undefined && { severity }),
    ...(urn !== undefined && { urn }),
  };
}

export function policyInfos(info: pb.AnalyzerInfo): PolicyInfo[] {
  return info.getPoliciesList().map((policy) => {
    const schema = policy.getConfigschema();
    return {
      name: policy.getName(),
      level: LEVELS[policy.getEnforcementlevel()],
      ...(schema !== undefined && {
        schema: { properties: schema.getProperties()?.toJavaScript() ?? {}, required: schema.getRequiredList() },
      }),
    };
  });
}

/** What the pack's own program says about its configuration. */
export function initialConfig(info: pb.AnalyzerInfo): PackConfig {
  const entries = [...info.getInitialconfigMap().entries()];
  return new Map(
    entries.map(([name, config]): [string, PolicyConfig] => {
      const properties = config.getProperties()?.toJavaScript() ?? {};
      return [name, { level: LEVELS[config.getEnforcementlevel()], properties }];
    }),
  );
}

export function configureRequest(config: PackConfig): pb.ConfigureAnalyzerRequest {
  const message = new pb.ConfigureAnalyzerRequest();
  for (const [name, { level = "advisory", properties }] of config) {
    const each = new pb.PolicyConfig().setEnforcementlevel(LEVEL_NUMBERS[level]);
    each.setProperties(Struct.fromJavaScript({ ...properties } as Record<string, JavaScriptValue>));
    message.getPolicyconfigMap().set(name, each);
  }
  return message;
}
