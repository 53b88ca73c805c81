import * as messages from "@pulumi/pulumi/proto/resource_pb";
import type { RegisterErrorHookRequest } from "@pulumi/pulumi/proto/resource_pb";
import { InitError } from "../providers/base/provider";
import type { ProgramCallbacks } from "./callbacks";
import { messageOf } from "./errors";
import { tell } from "./hooks";
import type { HookFacts, HookNames } from "./hooks";
import { TimeoutError } from "./timeout";

/** How often a call is made at the most, whatever hooks say. Source: Pulumi's engine. */
const MOST_TRIES = 100;

/** What a call is made for. */
interface Attempted extends HookFacts {
  readonly operation: "create" | "update" | "delete";
  readonly names: HookNames | undefined;
}

interface Host {
  readonly dryRun: boolean;
  readonly isStopping: () => boolean;
  warn(urn: string, message: string): void;
}

/**
 * A program's `onError` hooks: functions of its own that are asked, when a provider's call has failed, whether to make it
 * once more. A call that left something behind, or may have, is not made again. Source: Pulumi's documentation of hooks.
 */
export class ErrorHooks {
  private readonly registered = new Map<string, RegisterErrorHookRequest>();

  constructor(
    private readonly callbacks: ProgramCallbacks,
    private readonly host: Host,
  ) {}

  register(request: RegisterErrorHookRequest): void {
    const name = request.getName();
    if (this.registered.has(name)) throw new Error(`two error hooks have the name "${name}"; rename one of them`);
    this.registered.set(name, request);
  }

  /** Makes a call until it succeeds, or until no hook wants it to be made again. */
  async retry<T>(attempted: Attempted, call: () => Promise<T>): Promise<T> {
    const names = attempted.names?.onError ?? [];
    if (names.length === 0 || this.host.dryRun) return call();
    const errors: string[] = [];
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (error instanceof InitError || error instanceof TimeoutError) throw error;
        errors.unshift(messageOf(error));
        if (errors.length >= MOST_TRIES || this.host.isStopping()) throw error;
        if (!(await this.isWanted(names, attempted, errors))) throw error;
        this.host.warn(attempted.urn, `${attempted.operation} is tried again, as an onError hook wants: ${errors[0]}`);
      }
    }
  }

  /** Every hook is asked, and one that says yes is enough. */
  private async isWanted(names: readonly string[], attempted: Attempted, errors: string[]): Promise<boolean> {
    let wanted = false;
    for (const name of names) {
      try {
        wanted = (await this.ask(name, attempted, errors)) || wanted;
      } catch (error) {
        throw new Error(`${errors[0]}; and the onError hook "${name}" failed: ${messageOf(error)}`, { cause: error });
      }
    }
    return wanted;
  }

  private async ask(name: string, { operation, ...facts }: Attempted, errors: string[]): Promise<boolean> {
    const callback = this.registered.get(name)?.getCallback();
    if (callback === undefined) throw new Error("it is a function of the program that is not registered");
    const request = tell(new messages.ErrorHookRequest(), facts);
    request.setFailedOperation(operation);
    request.setErrorsList(errors);
    const answer = await this.callbacks.invoke(callback, "an error hook", request.serializeBinary());
    const response = messages.ErrorHookResponse.deserializeBinary(answer);
    if (response.getError() !== "") throw new Error(response.getError());
    return response.getRetry();
  }
}
