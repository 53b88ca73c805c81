import { Callback } from "@pulumi/pulumi/proto/callback_pb";
import { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import * as messages from "@pulumi/pulumi/proto/resource_pb";

interface Message {
  serializeBinary(): Uint8Array;
}
interface MessageClass {
  readonly prototype: object;
  deserializeBinary(bytes: Uint8Array): Message;
}

/** What a program's SDK sends, by the handler that takes it. */
const REQUESTS: Readonly<Record<string, MessageClass>> = {
  supportsFeature: messages.SupportsFeatureRequest,
  registerResource: messages.RegisterResourceRequest,
  registerResourceOutputs: messages.RegisterResourceOutputsRequest,
  readResource: messages.ReadResourceRequest,
  invoke: messages.ResourceInvokeRequest,
  registerStackTransform: Callback,
  registerStackInvokeTransform: Callback,
  registerResourceHook: messages.RegisterResourceHookRequest,
  registerErrorHook: messages.RegisterErrorHookRequest,
  log: LogRequest,
};

/** Whether a class has all methods of ours, by class: a program's messages are nearly all of a few classes. */
const known = new WeakMap<object, boolean>();

/**
 * A program brings its own copy of Pulumi's SDK, whose messages come as they are. One of an older version does not know
 * all fields that handlers ask for: it is written and read again, as it would be between two processes.
 */
export function asOwnMessage(handler: string, message: unknown): unknown {
  const own = REQUESTS[handler];
  if (own === undefined || isComplete(message as Message, own)) return message;
  return own.deserializeBinary((message as Message).serializeBinary());
}

function isComplete(message: Message, own: MessageClass): boolean {
  const theirs = Object.getPrototypeOf(message) as object;
  const found = known.get(theirs);
  if (found !== undefined) return found;
  const complete = Object.getOwnPropertyNames(own.prototype).every((name) => name in theirs);
  known.set(theirs, complete);
  return complete;
}
