import * as pb from "@pulumi/pulumi/proto/provider_pb";
import type {
  CheckFailure,
  CheckRequest,
  CheckResult,
  DiffKind,
  DiffRequest,
  DiffResult,
  InvokeResult,
  ReadRequest,
  ReadResult,
} from "./provider";
import type { PropertyMap } from "./values";
import { fromStruct, toStruct } from "./wire";
import type { StructLike } from "./wire";

/** Between the messages of `pulumirpc.ResourceProvider` and the requests and results of a ResourceProvider. */

export function handshake(): pb.ProviderHandshakeResponse {
  return new pb.ProviderHandshakeResponse().setAcceptSecrets(true).setAcceptResources(true).setAcceptOutputs(true);
}

export function configured(): pb.ConfigureResponse {
  return new pb.ConfigureResponse()
    .setAcceptsecrets(true)
    .setSupportspreview(true)
    .setAcceptresources(true)
    .setAcceptoutputs(true);
}

interface ResourceMessage {
  getUrn(): string;
  getType(): string;
  getName(): string;
  getTimeout?(): number;
}

/** Engines of before 2024 send the URN alone, which ends in `<type>::<name>` with the types of the parents before. */
export function subject(message: ResourceMessage) {
  const [, , qualifiedType = "", ...name] = message.getUrn().split("::");
  return {
    urn: message.getUrn(),
    type: message.getType() || qualifiedType.slice(qualifiedType.lastIndexOf("$") + 1),
    name: message.getName() || name.join("::"),
    ...timeout(message.getTimeout?.() ?? 0),
  };
}

function timeout(seconds: number): { readonly timeoutSeconds?: number } {
  return seconds > 0 ? { timeoutSeconds: seconds } : {};
}

/** The engine sends an empty object for what there is none of. */
function unlessEmpty(struct: StructLike | undefined): PropertyMap | undefined {
  const map = fromStruct(struct);
  return Object.keys(map).length === 0 ? undefined : map;
}

export function checkRequest(message: pb.CheckRequest): CheckRequest {
  const oldInputs = unlessEmpty(message.getOlds());
  const seed = message.getRandomseed_asU8();
  return {
    ...subject(message),
    inputs: fromStruct(message.getNews()),
    ...(oldInputs && { oldInputs }),
    ...(seed.length > 0 && { randomSeed: seed }),
  };
}

export function checked({ inputs, failures }: CheckResult): pb.CheckResponse {
  return new pb.CheckResponse().setInputs(toStruct(inputs)).setFailuresList(failures.map(toFailure));
}

function toFailure({ property, reason }: CheckFailure): pb.CheckFailure {
  return new pb.CheckFailure().setProperty(property).setReason(reason);
}

export function diffRequest(message: pb.DiffRequest | pb.UpdateRequest): DiffRequest {
  return {
    ...subject(message),
    id: message.getId(),
    oldInputs: fromStruct(message.getOldInputs()),
    oldOutputs: fromStruct(message.getOlds()),
    inputs: fromStruct(message.getNews()),
    ignoreChanges: message.getIgnorechangesList(),
  };
}

const KINDS: Readonly<Record<DiffKind, pb.PropertyDiff.Kind>> = {
  add: pb.PropertyDiff.Kind.ADD,
  "add-replace": pb.PropertyDiff.Kind.ADD_REPLACE,
  delete: pb.PropertyDiff.Kind.DELETE,
  "delete-replace": pb.PropertyDiff.Kind.DELETE_REPLACE,
  update: pb.PropertyDiff.Kind.UPDATE,
  "update-replace": pb.PropertyDiff.Kind.UPDATE_REPLACE,
};

export function diffed({ changes, replaces, diffs, deleteBeforeReplace, detailedDiff }: DiffResult): pb.DiffResponse {
  const { DIFF_UNKNOWN, DIFF_NONE, DIFF_SOME } = pb.DiffResponse.DiffChanges;
  const message = new pb.DiffResponse()
    .setChanges(changes === undefined ? DIFF_UNKNOWN : changes ? DIFF_SOME : DIFF_NONE)
    .setReplacesList([...replaces])
    .setDiffsList([...diffs])
    .setDeletebeforereplace(deleteBeforeReplace ?? false)
    .setHasdetaileddiff(detailedDiff !== undefined);
  for (const [path, { kind, inputDiff }] of Object.entries(detailedDiff ?? {})) {
    message.getDetaileddiffMap().set(path, new pb.PropertyDiff().setKind(KINDS[kind]).setInputdiff(inputDiff));
  }
  return message;
}

export function readRequest(message: pb.ReadRequest): ReadRequest {
  const inputs = unlessEmpty(message.getInputs());
  const outputs = unlessEmpty(message.getProperties());
  return { ...subject(message), id: message.getId(), ...(inputs && { inputs }), ...(outputs && { outputs }) };
}

/** No id says that the object does not exist. */
export function wasRead(result: ReadResult | undefined): pb.ReadResponse {
  if (result === undefined) return new pb.ReadResponse();
  return new pb.ReadResponse()
    .setId(result.id)
    .setInputs(toStruct(result.inputs))
    .setProperties(toStruct(result.outputs));
}

export function invoked({ result, failures }: InvokeResult): pb.InvokeResponse {
  return new pb.InvokeResponse().setReturn(toStruct(result)).setFailuresList(failures.map(toFailure));
}
