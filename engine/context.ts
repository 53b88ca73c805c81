import type { ResourceProvider } from "../providers/base/provider";
import { Secret } from "../providers/base/values";
import type { PropertyMap, Value } from "../providers/base/values";
import { ErrorHooks } from "./error-hooks";
import { messageOf, StepFailedError, StoppedError } from "./errors";
import type { EngineEvent, Severity, StepInfo, StepOp } from "./events";
import type { OperationRequest } from "./operation";
import { EngineServer } from "./plugins/engine-server";
import type { Policies } from "./policy/policies";
import { ProviderHost } from "./provider-host";
import { Registrations } from "./registrations";
import type { PendingOperation, ResourceState, StateRecorder } from "./resource-state";
import { Memo } from "./memo";
import type { PackageRequest } from "./packages";
import { Constraint } from "./plan";
import { Semaphore } from "./semaphore";
import { builtinProvider } from "./builtin-provider";
import { OldState } from "./state-list";
import { Scope, Targets } from "./targets";
import { ProgramCallbacks } from "./callbacks";
import { Hooks } from "./hooks";
import type { Legacy } from "./inherit";
import { Transforms } from "./transforms";
import { isDefaultProvider, isProviderType, urnName } from "./urn";

/** Steps that stand for a whole replacement in counts; the steps that carry it out do not count again. */
const UNCOUNTED: ReadonlySet<StepOp> = new Set([
  "create-replacement",
  "delete-replaced",
  "read",
  "read-replacement",
  "discard-replaced",
  "import-replacement",
  "remove-pending-replace",
  "refresh",
]);

const CHANGING: ReadonlySet<StepOp> = new Set(["create", "update", "create-replacement", "import"]);

const NOTHING_RECORDED: StateRecorder = {
  begin: async () => 0,
  end: async () => undefined,
  change: async () => undefined,
  resolved: async () => undefined,
};

/** All that the parts of one operation share. */
export class Context {
  readonly old: OldState;
  /** What the program has registered so far, by URN. */
  readonly current = new Map<string, ResourceState>();
  /** What the program has said already of an old entry, by its old URN and its new one, done or under way. */
  readonly decided = new Set<string>();
  /** Old URNs that a registration has taken over under a new one, by new URN. */
  readonly renamed = new Map<string, string>();
  readonly registrations = new Registrations(this.current);
  readonly providers: ProviderHost;
  policies: Policies | undefined;
  readonly engineServer = new EngineServer((event) => this.emit(event));
  readonly targets: Scope;
  readonly recorder: StateRecorder;
  /** Deciding is serial: what a decision sees of other decisions does not depend on timing. */
  readonly decisions = new Semaphore(1);
  private readonly calls: Semaphore;
  private readonly startedAt = Date.now();
  /** What this operation creates, updates or replaces, as far as it has come. */
  readonly changed = new Set<string>();
  readonly changes: Partial<Record<StepOp, number>> = {};
  /** Deletions ahead of a replacement, by URN, as they are under way. */
  readonly deletedFirst = new Map<string, Promise<void>>();
  /** What is replaced because another resource is deleted first: the inputs that come from there, by URN. */
  readonly replacedBy = new Map<string, readonly string[]>();
  /** Interrupted creations that could not be read back yet, by URN. */
  readonly postponed = new Map<string, { readonly operation: PendingOperation; readonly error: unknown }>();
  /** References of default providers, by URN. */
  readonly defaultProviders = new Memo<string>();
  /** New resources that `--target` left out. */
  readonly skipped = new Set<string>();
  private readonly claimed = new Set<string>();
  /** The URN that stands for a physical object, by provider, type and id. */
  readonly identities = new Map<string, string>();
  readonly replaceTargets: Targets;
  private readonly callbacks = new ProgramCallbacks();
  readonly transforms = new Transforms(this.callbacks);
  /** What the children of a resource take from it, by URN. */
  readonly legacies = new Map<string, Legacy>();
  readonly hooks: Hooks;
  readonly errorHooks: ErrorHooks;
  /** What this operation has replaced, by URN. */
  readonly replaced = new Set<string>();
  /** What a saved plan allows. */
  readonly constraint: Constraint | undefined;
  /** The program said so itself: such an update fails even when every resource is well. */
  programLoggedError = false;
  failed = false;
  /** Set while a failure of one resource must not keep the others from being read. */
  keepGoing = false;
  outputs: PropertyMap | undefined;

  constructor(readonly request: OperationRequest) {
    this.old = new OldState(request.snapshot);
    const warn = (urn: string, message: string) => this.diagnose("warning", message, urn);
    this.errorHooks = new ErrorHooks(this.callbacks, {
      dryRun: request.dryRun,
      isStopping: () => this.stopping,
      warn,
    });
    this.hooks = new Hooks(this.callbacks, { dryRun: request.dryRun, warn });
    this.targets = new Scope(request.options);
    this.replaceTargets = new Targets(request.options.replace ?? []);
    this.constraint = request.plan && new Constraint(request.plan);
    this.recorder = request.dryRun ? NOTHING_RECORDED : request.recorder;
    this.calls = new Semaphore(request.options.parallel);
    const providerStates = request.snapshot.resources.filter((state) => isProviderType(state.type));
    this.providers = new ProviderHost((wanted) => this.openProvider(wanted), providerStates);
  }

  /** Starts the policy packs, which judge every resource from then on. */
  async startPolicies(): Promise<void> {
    if ((this.request.policyPacks ?? []).length === 0) return;
    const { Policies } = await import("./policy/policies");
    this.policies = new Policies(this);
  }

  /** Ends all that runs beside the operation. */
  async close(): Promise<void> {
    await this.policies?.close();
    await this.providers.close();
    await this.engineServer.close();
    this.callbacks.close();
  }

  private async openProvider(wanted: PackageRequest): Promise<ResourceProvider> {
    const { name } = wanted;
    if (name === "pulumi") return builtinProvider(this.request.readStack);
    const builtin = this.request.plugins?.official ? undefined : this.request.providers.get(name);
    if (builtin !== undefined) return builtin();
    const { openPlugin } = await import("./plugins/open");
    return openPlugin(wanted, {
      request: this.request,
      engineAddress: await this.engineServer.address(),
      tell: (severity, message) => this.diagnose(severity, message),
    });
  }

  /** True while a program runs beside an operation that carries nothing of it out (`--run-program`). */
  get standsIn(): boolean {
    return this.request.kind === "destroy" || this.request.kind === "refresh";
  }

  get dryRun(): boolean {
    return this.request.dryRun;
  }

  /** True when no more steps may be begun. */
  get stopping(): boolean {
    const goesOn = this.keepGoing || this.request.options.continueOnError === true;
    return (this.failed && !goesOn) || this.request.signal.aborted;
  }

  /** Refuses a second resource of one URN. */
  claim(urn: string): void {
    if (this.claimed.has(urn)) throw new Error(`two resources have the URN ${urn}; give one of them another name`);
    this.claimed.add(urn);
  }

  configValue(key: string, value: string): Value {
    return this.request.config.secretKeys.has(key) ? new Secret(value) : value;
  }

  get seconds(): number {
    return (Date.now() - this.startedAt) / 1000;
  }

  emit(event: EngineEvent): void {
    this.request.onEvent(event);
  }

  diagnose(severity: Severity, message: string, urn?: string): void {
    this.emit({ kind: "diagnostic", severity, message, ...(urn !== undefined && { urn }) });
  }

  /** One more call of a provider, within the bound on calls at once. */
  reading<T>(work: () => Promise<T>): Promise<T> {
    return this.calls.run(work);
  }

  /** A fault that belongs to one resource: told once, and the operation stops. */
  fail(urn: string, error: unknown): StepFailedError {
    this.failed = true;
    if (!(error instanceof StepFailedError) && !(error instanceof StoppedError)) {
      this.diagnose("error", messageOf(error), urn);
    }
    return new StepFailedError(urn);
  }

  count(op: StepOp, urn: string): void {
    if (UNCOUNTED.has(op) || isDefaultProvider(urn)) return;
    this.changes[op] = (this.changes[op] ?? 0) + 1;
  }

  /**
   * Runs a step: tells its start and its end, counts it, and turns an error into a failed step. `work` returns what the
   * step made known meanwhile. A step is `local` when it calls no provider and so takes no part in the bound on calls.
   */
  async step(
    step: StepInfo,
    work: () => Promise<Partial<StepInfo>>,
    options?: { readonly local?: boolean },
  ): Promise<void> {
    const run = async (): Promise<void> => {
      if (this.stopping) throw new StoppedError();
      const began = Date.now();
      const base = { planning: this.dryRun, step };
      this.emit({ kind: "step-start", ...base });
      try {
        const done = { ...step, ...(await work()) };
        this.count(done.op, done.urn);
        if (CHANGING.has(done.op)) this.changed.add(done.urn);
        this.emit({ kind: "step-done", planning: this.dryRun, step: done, seconds: (Date.now() - began) / 1000 });
      } catch (error) {
        const failure = this.fail(step.urn, describeFailure(step, error));
        this.emit({ kind: "step-failed", ...base, seconds: (Date.now() - began) / 1000 });
        throw failure;
      }
    };
    return options?.local ? run() : this.calls.run(run);
  }
}

const VERBS: Partial<Record<StepOp, string>> = {
  create: "creating",
  "create-replacement": "creating",
  update: "updating",
  delete: "deleting",
  "delete-replaced": "deleting",
  read: "reading",
  refresh: "refreshing",
};

/** Names the step and the resource before the provider's own words. */
function describeFailure(step: StepInfo, error: unknown): unknown {
  const verb = VERBS[step.op];
  if (verb === undefined || error instanceof StoppedError || error instanceof StepFailedError) return error;
  return new Error(`${verb} ${step.type} "${urnName(step.urn)}" failed: ${messageOf(error)}`, { cause: error });
}
