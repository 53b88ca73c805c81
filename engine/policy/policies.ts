import { containsSecret, equalValues } from "../../providers/base/values";
import type { PropertyMap } from "../../providers/base/values";
import { fromStruct } from "../../providers/base/wire";
import { formerUrns } from "../aliases";
import type { Context } from "../context";
import { StepFailedError } from "../errors";
import type { Goal } from "../goal";
import type { ResourceState } from "../resource-state";
import { stateOf } from "../state-of";
import { parseProviderRef, STACK_TYPE } from "../urn";
import { violation } from "./messages";
import type { PolicyEvent, PolicyResource } from "./messages";
import { PolicyPack } from "./pack";
import { withSecretsKept } from "./secrets";

/**
 * The policy packs of one operation. Packs start at once and are waited for when the first resource comes, so that they
 * start beside the program.
 */
export class Policies {
  private readonly packs: Promise<PolicyPack[]>;
  private readonly goals = new Map<string, Goal>();
  private readonly told = new Set<string>();
  /** A mandatory policy is violated: the operation fails, a preview once all is known. */
  violated = false;

  constructor(private readonly ctx: Context) {
    this.packs = this.start();
    this.packs.catch(() => undefined);
  }

  /**
   * Lets remediations change the checked inputs of a resource, then judges them. A mandatory violation is a failed step
   * before anything is touched; in a preview it is told and the preview goes on.
   */
  async enforce(goal: Goal, inputs: PropertyMap): Promise<PropertyMap> {
    const packs = await this.packs;
    this.goals.set(goal.urn, goal);
    const remedied = await this.remediate(packs, goal, inputs);
    const resource = this.ofGoal(goal, remedied);
    const found = await Promise.all(packs.map((pack) => pack.analyze(resource)));
    const isFatal = found
      .flat()
      .map((each) => this.tell(violation(each, goal.urn)))
      .includes("mandatory");
    if (isFatal && !this.ctx.dryRun) throw new StepFailedError(goal.urn);
    return remedied;
  }

  /** Judges the stack as it has become, before anything is deleted. */
  async enforceStack(): Promise<void> {
    const packs = await this.packs;
    const states = [...this.ctx.current.values()].filter((state) => !this.ctx.skipped.has(state.urn));
    const resources = states.map((state) => this.seen(state, state.outputs));
    const found = await Promise.all(packs.map((pack) => pack.analyzeStack(resources)));
    const stack = states.find((state) => state.type === STACK_TYPE)?.urn;
    for (const each of found.flat()) {
      const urn = each.getUrn();
      this.tell(violation(each, urn === "" || urn === stack ? undefined : urn));
    }
  }

  /** Names and versions of the packs that ran, for the summary. */
  async summary(): Promise<Readonly<Record<string, string>>> {
    const packs = await this.packs.catch(() => []);
    return Object.fromEntries(packs.map(({ name, version, path }) => [`${name}|local|${path}`, version]));
  }

  async close(): Promise<void> {
    const packs = await this.packs.catch(() => []);
    await Promise.all(packs.map((pack) => pack.close()));
  }

  private async start(): Promise<PolicyPack[]> {
    const { request, engineServer } = this.ctx;
    const engineAddress = await engineServer.address();
    const tell: Context["diagnose"] = (severity, message) => this.ctx.diagnose(severity, message);
    const started = await Promise.allSettled(
      (request.policyPacks ?? []).map((pack) => PolicyPack.start(pack, { request, engineAddress, tell })),
    );
    const failed = started.find((result) => result.status === "rejected");
    const packs = started.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    if (failed === undefined) return packs;
    await Promise.all(packs.map((pack) => pack.close()));
    throw failed.reason;
  }

  /** One pack after the other: each sees what those before it changed. */
  private async remediate(packs: readonly PolicyPack[], goal: Goal, inputs: PropertyMap): Promise<PropertyMap> {
    let current = inputs;
    for (const pack of packs) {
      for (const remedy of await pack.remediate(this.ofGoal(goal, current))) {
        const about = { urn: goal.urn, pack: pack.name, packVersion: pack.version, policy: remedy.getPolicyname() };
        const message = remedy.getDiagnostic();
        if (message !== "") {
          this.tell({ kind: "policy", ...about, level: "advisory", message });
          continue;
        }
        const after = withSecretsKept(fromStruct(remedy.getProperties()), current);
        if (equalValues(current, after) && containsSecret(current) === containsSecret(after)) continue;
        this.tellOnce({ kind: "policy-remediation", ...about, before: current, after });
        current = after;
      }
    }
    return current;
  }

  private tell(event: PolicyEvent): PolicyEvent["level"] {
    if (event.level === "mandatory") this.violated = true;
    this.tellOnce(event);
    return event.level;
  }

  /** The inputs of a replacement are judged twice, as an update's and as a new resource's. */
  private tellOnce(event: Parameters<Context["emit"]>[0]): void {
    const key = JSON.stringify(event);
    if (this.told.has(key)) return;
    this.told.add(key);
    this.ctx.emit(event);
  }

  private ofGoal(goal: Goal, inputs: PropertyMap): PolicyResource {
    const { provider } = goal;
    const aliases = formerUrns(goal, goal.parent === undefined ? undefined : this.ctx.renamed.get(goal.parent));
    const facts = { inputs, outputs: inputs, aliases, touched: false, ...(provider !== undefined && { provider }) };
    return this.seen(stateOf(goal, facts), inputs);
  }

  private seen(state: ResourceState, properties: PropertyMap): PolicyResource {
    const { deleteBeforeReplace } = this.goals.get(state.urn) ?? {};
    return { state, properties, deleteBeforeReplace, provider: this.provider(state.provider) };
  }

  private provider(ref: string | undefined): ResourceState | undefined {
    if (ref === undefined) return undefined;
    const { urn } = parseProviderRef(ref);
    return this.ctx.current.get(urn) ?? this.ctx.old.live.get(urn);
  }
}
