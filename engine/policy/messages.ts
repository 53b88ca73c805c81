import * as pb from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { toStruct } from "../../providers/base/wire";
import type { PropertyMap } from "../../providers/base/values";
import type { EngineEvent } from "../events";
import type { ResourceState } from "../resource-state";
import { urnName } from "../urn";
import { LEVELS, SEVERITIES } from "./config";
import type { EnforcementLevel, PackConfig, PolicyConfig, PolicyFramework, PolicyInfo } from "./config";

/** A resource as policies see it. */
export interface PolicyResource {
  readonly state: ResourceState;
  /** What is judged: the inputs that it is to have, or the outputs that it has. */
  readonly properties: PropertyMap;
  readonly deleteBeforeReplace: boolean | undefined;
  /** What serves it, as far as that is known. */
  readonly provider: ResourceState | undefined;
}

export function analyzeRequest(resource: PolicyResource, withInternals: boolean): pb.AnalyzeRequest {
  return fill(new pb.AnalyzeRequest(), resource, withInternals);
}

export function analyzeStackRequest(resources: readonly PolicyResource[]): pb.AnalyzeStackRequest {
  const messages = resources.map((resource) => {
    const { parent = "", dependencies, propertyDependencies } = resource.state;
    const message = fill(new pb.AnalyzerResource(), resource, false);
    message.setParent(parent).setDependenciesList([...dependencies]);
    for (const [key, urns] of Object.entries(propertyDependencies)) {
      message.getPropertydependenciesMap().set(key, new pb.AnalyzerPropertyDependencies().setUrnsList([...urns]));
    }
    return message;
  });
  return new pb.AnalyzeStackRequest().setResourcesList(messages);
}

function fill<Message extends pb.AnalyzeRequest | pb.AnalyzerResource>(
  message: Message,
  { state, properties, provider, deleteBeforeReplace }: PolicyResource,
  withInternals: boolean,
): Message {
  const { create = 0, update = 0, delete: remove = 0 } = state.customTimeouts ?? {};
  const timeouts = new pb.AnalyzerResourceOptions.CustomTimeouts();
  const options = new pb.AnalyzerResourceOptions()
    .setProtect(state.protect ?? false)
    .setIgnorechangesList([...(state.ignoreChanges ?? [])])
    .setDeletebeforereplace(deleteBeforeReplace ?? false)
    .setDeletebeforereplacedefined(deleteBeforeReplace !== undefined)
    .setAdditionalsecretoutputsList([...(state.additionalSecretOutputs ?? [])])
    .setAliasesList([...(state.aliases ?? [])])
    .setCustomtimeouts(timeouts.setCreate(create).setUpdate(update).setDelete(remove))
    .setParent(state.parent ?? "");
  message.setUrn(state.urn).setType(state.type).setName(urnName(state.urn)).setOptions(options);
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

function levelOf(number: pb.EnforcementLevel): EnforcementLevel {
  return LEVELS[number] ?? "mandatory";
}

export type PolicyEvent = Extract<EngineEvent, { kind: "policy" }>;

/** What a policy found. A violation that a remediation was to prevent is as bad as a mandatory one. */
export function violation(found: pb.AnalyzeDiagnostic, urn: string | undefined): PolicyEvent {
  const level = levelOf(found.getEnforcementlevel());
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
    const severity = SEVERITIES[policy.getSeverity()];
    const framework = frameworkOf(policy.getFramework());
    return {
      name: policy.getName(),
      level: levelOf(policy.getEnforcementlevel()),
      ...said("displayName", policy.getDisplayname()),
      ...said("description", policy.getDescription()),
      ...said("remediation", policy.getRemediationSteps()),
      ...said("url", policy.getUrl()),
      ...(severity !== undefined && { severity }),
      ...(framework !== undefined && { framework }),
      ...(policy.getTagsList().length > 0 && { tags: policy.getTagsList() }),
      ...(schema !== undefined && {
        schema: { properties: schema.getProperties()?.toJavaScript() ?? {}, required: schema.getRequiredList() },
      }),
    };
  });
}

/** A text of the protocol is empty where nothing was said. */
function said<Key extends string>(key: Key, value: string): { readonly [K in Key]?: string } {
  return value === "" ? {} : ({ [key]: value } as { readonly [K in Key]: string });
}

function frameworkOf(framework: pb.PolicyComplianceFramework | undefined): PolicyFramework | undefined {
  return framework?.toObject();
}

/** What the pack's own program says about its configuration. */
export function initialConfig(info: pb.AnalyzerInfo): PackConfig {
  const entries = [...info.getInitialconfigMap().entries()];
  return new Map(
    entries.map(([name, config]): [string, PolicyConfig] => {
      const properties = config.getProperties()?.toJavaScript() ?? {};
      return [name, { level: levelOf(config.getEnforcementlevel()), properties }];
    }),
  );
}

export function configureRequest(config: PackConfig): pb.ConfigureAnalyzerRequest {
  const message = new pb.ConfigureAnalyzerRequest();
  for (const [name, { level = "advisory", properties }] of config) {
    const each = new pb.PolicyConfig().setEnforcementlevel(LEVELS.indexOf(level));
    each.setProperties(Struct.fromJavaScript({ ...properties } as Record<string, JavaScriptValue>));
    message.getPolicyconfigMap().set(name, each);
  }
  return message;
}
