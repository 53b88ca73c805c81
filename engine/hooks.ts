import * as messages from "@pulumi/pulumi/proto/resource_pb";
import type { RegisterResourceHookRequest } from "@pulumi/pulumi/proto/resource_pb";
import type { PropertyMap } from "../providers/base/values";
import { toStruct } from "../providers/base/wire";
import type { ProgramCallbacks } from "./callbacks";
import { urnName } from "./urn";

type When = "before" | "after";
export type HookKind = `${When}${"Create" | "Update" | "Delete"}`;
/** Names of a resource's hooks, as the state keeps them. */
export type HookNames = Readonly<Partial<Record<HookKind | "onError", readonly string[]>>>;

/** What a hook is told of its resource. */
export interface HookFacts {
  readonly urn: string;
  readonly type: string;
  readonly id?: string | undefined;
  readonly newInputs?: PropertyMap;
  readonly oldInputs?: PropertyMap;
  readonly newOutputs?: PropertyMap;
  readonly oldOutputs?: PropertyMap;
}

/**
 * A program's resource hooks: functions of its own around the creation, update and deletion of a resource. One that
 * fails before keeps the step from being taken; one that fails after is told as a warning. In a preview only those run
 * that ask for it. Source: Pulumi's documentation of resource hooks.
 */
export class Hooks {
  private readonly registered = new Map<string, RegisterResourceHookRequest>();

  constructor(
    private readonly callbacks: ProgramCallbacks,
    private readonly host: { readonly dryRun: boolean; warn(urn: string, message: string): void },
  ) {}

  register(request: RegisterResourceHookRequest): void {
    const name = request.getName();
    if (this.registered.has(name)) throw new Error(`two resource hooks have the name "${name}"; rename one of them`);
    this.registered.set(name, request);
  }

  /** Before anything is touched: a deletion may come without the program that declares its hooks. */
  refuseMissing(names: HookNames | undefined, ...kinds: readonly HookKind[]): void {
    for (const kind of kinds) {
      const name = names?.[kind]?.find((each) => !this.registered.has(each));
      if (name !== undefined) throw new Error(missing(name, kind));
    }
  }

  async run(names: HookNames | undefined, kind: HookKind, facts: HookFacts): Promise<void> {
    for (const name of names?.[kind] ?? []) {
      const hook = this.registered.get(name);
      if (hook === undefined) throw new Error(missing(name, kind));
      if (this.host.dryRun && !hook.getOnDryRun()) continue;
      try {
        await this.call(hook, facts);
      } catch (error) {
        const text = `the ${kind} hook "${name}" failed: ${error instanceof Error ? error.message : String(error)}`;
        if (kind.startsWith("before") && !hook.getIgnoreErrors()) throw new Error(text, { cause: error });
        this.host.warn(facts.urn, text);
      }
    }
  }

  private async call(hook: RegisterResourceHookRequest, facts: HookFacts): Promise<void> {
    const callback = hook.getCallback();
    if (callback === undefined) return;
    const request = tell(new messages.ResourceHookRequest(), facts);
    if (facts.newOutputs !== undefined) request.setNewOutputs(toStruct(facts.newOutputs));
    const answer = await this.callbacks.invoke(callback, "a resource hook", request.serializeBinary());
    const error = messages.ResourceHookResponse.deserializeBinary(answer).getError();
    if (error !== "") throw new Error(error);
  }
}

/** Writes into a question to a hook what hooks of all kinds are told. */
export function tell<Request extends messages.ResourceHookRequest | messages.ErrorHookRequest>(
  request: Request,
  { urn, id = "", type, newInputs, oldInputs, oldOutputs }: HookFacts,
): Request {
  request.setUrn(urn);
  request.setId(id);
  request.setName(urnName(urn));
  request.setType(type);
  if (newInputs !== undefined) request.setNewInputs(toStruct(newInputs));
  if (oldInputs !== undefined) request.setOldInputs(toStruct(oldInputs));
  if (oldOutputs !== undefined) request.setOldOutputs(toStruct(oldOutputs));
  return request;
}

function missing(name: string, kind: HookKind): string {
  const remedy = kind.endsWith("Delete")
    ? "declare it in the program; destroy and refresh run that with --run-program"
    : "declare it before the resource";
  return `the ${kind} hook "${name}" is a function of the program that is not registered; ${remedy}`;
}

/** The hooks that a message binds, by kind; undefined when there are none. */
export function hookNames(request: messages.RegisterResourceRequest): HookNames | undefined {
  const bound = request.getHooks();
  if (bound === undefined) return undefined;
  const lists: Record<keyof HookNames, readonly string[]> = {
    beforeCreate: bound.getBeforeCreateList(),
    afterCreate: bound.getAfterCreateList(),
    beforeUpdate: bound.getBeforeUpdateList(),
    afterUpdate: bound.getAfterUpdateList(),
    beforeDelete: bound.getBeforeDeleteList(),
    afterDelete: bound.getAfterDeleteList(),
    onError: bound.getOnErrorList(),
  };
  const some = Object.entries(lists).filter(([, names]) => names.length > 0);
  return some.length === 0 ? undefined : (Object.fromEntries(some) as HookNames);
}
