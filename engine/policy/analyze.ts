import { equalValues } from "../../providers/base/values";
import { fromStruct } from "../../providers/base/wire";
import type { EngineEvent, Severity } from "../events";
import type { OperationRequest, PolicyPackOptions } from "../operation";
import { EngineServer } from "../plugins/engine-server";
import type { ResourceState } from "../resource-state";
import { parseProviderRef } from "../urn";
import type { PackConfig, PolicyInfo } from "./config";
import { violation } from "./messages";
import type { PolicyEvent, PolicyResource } from "./messages";
import { PolicyPack } from "./pack";

/** What one pack says of a recorded state. */
export interface PackAnalysis {
  readonly name: string;
  readonly version: string;
  readonly policies: readonly PolicyInfo[];
  /** By policy: with which level and values it ran. */
  readonly config: PackConfig;
  readonly findings: readonly PolicyEvent[];
}

export interface AnalysisRequest {
  readonly program: OperationRequest["program"];
  readonly resources: readonly ResourceState[];
  readonly packs: readonly PolicyPackOptions[];
  /** Hears what packs log. */
  readonly tell: (severity: Severity, message: string) => void;
}

/**
 * Judges a state by policy packs: every resource by its recorded inputs, then all by their outputs. No program runs and no
 * provider is called; what a remediation would change is a finding. Rejects when a pack does not start or ends early.
 */
export async function analyzeState({ program, resources, packs, tell }: AnalysisRequest): Promise<PackAnalysis[]> {
  const server = new EngineServer((event: EngineEvent) => {
    if (event.kind === "diagnostic") tell(event.severity, event.message);
  });
  const config = { values: new Map<string, string>(), secretKeys: new Set<string>() };
  const started: PolicyPack[] = [];
  try {
    const engineAddress = await server.address();
    for (const options of packs) {
      const request = { program, config, dryRun: true };
      started.push(await PolicyPack.start(options, { request, engineAddress, tell }));
    }
    const live = resources.filter((state) => state.delete !== true && state.pendingReplacement !== true);
    return await Promise.all(started.map((pack) => analyzeBy(pack, live)));
  } finally {
    await Promise.all(started.map((pack) => pack.close()));
    await server.close();
  }
}

async function analyzeBy(pack: PolicyPack, resources: readonly ResourceState[]): Promise<PackAnalysis> {
  const byUrn = new Map(resources.map((state) => [state.urn, state]));
  const seen = (state: ResourceState, properties: ResourceState["inputs"]): PolicyResource => ({
    ...{ state, properties, deleteBeforeReplace: undefined },
    provider: state.provider === undefined ? undefined : byUrn.get(parseProviderRef(state.provider).urn),
  });
  const own = await Promise.all(resources.map((state) => analyzeOne(pack, seen(state, state.inputs))));
  const ofStack = await pack.analyzeStack(resources.map((state) => seen(state, state.outputs)));
  const stackFindings = ofStack.map((each) => violation(each, each.getUrn() === "" ? undefined : each.getUrn()));
  const { name, version, policies, config } = pack;
  return { name, version, policies, config, findings: [...own.flat(), ...stackFindings] };
}

async function analyzeOne(pack: PolicyPack, resource: PolicyResource): Promise<readonly PolicyEvent[]> {
  const { urn } = resource.state;
  const remedies = (await pack.remediate(resource)).flatMap((remedy): PolicyEvent[] => {
    const said = remedy.getDiagnostic();
    if (said === "" && equalValues(fromStruct(remedy.getProperties()), resource.properties)) return [];
    const message = said === "" ? "the policy would change the inputs of this resource" : said;
    const about = { pack: pack.name, packVersion: pack.version, policy: remedy.getPolicyname() };
    return [{ kind: "policy", urn, ...about, level: "advisory", message }];
  });
  return [...remedies, ...(await pack.analyze(resource)).map((each) => violation(each, urn))];
}
