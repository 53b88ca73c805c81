import { randomBytes } from "node:crypto";

import { InitError, type UpdateRequest } from "../../base/provider";
import { isPropertyMap, mapMembers, secret, Secret, UNKNOWN } from "../../base/values";
import type { PropertyMap, Value } from "../../base/values";
import { HostError } from "./connection";
import { idOnHost, type Context } from "./context";
import { diffFileSet, isAsFound, placedOf, sameContent, type Placed } from "./file-set-diff";
import { FILE_SET_FIELDS } from "./fields";
import { failedHandlers, handlerPhases, handlersOf } from "./handlers";
import { declaredItems, digestOf, judgeFileSet, keyOf, sha256Of, type Actual, type Item } from "./items";
import type { Resource } from "./resource";
import { encode, fieldsOf, phases, quote, runScript, type Line } from "./script";

interface Identity {
  /** Of the creation: a set that was created again under the same id is not deleted with its predecessor. */
  readonly generation: string;
  readonly digestKey: string;
}

/** The files of one component on one host. */
export const FILE_SET: Resource = {
  fields: FILE_SET_FIELDS,
  judge: judgeFileSet,
  id: idOnHost,
  diff: diffFileSet,

  async create(context, request) {
    if (request.preview) {
      return { placed: UNKNOWN, generation: UNKNOWN, digestKey: secret(UNKNOWN), pendingHandlers: [] };
    }
    const identity = { generation: randomBytes(8).toString("hex"), digestKey: randomBytes(32).toString("hex") };
    try {
      return await place(context, request, identity);
    } catch (error) {
      if (!(error instanceof HostError) || !error.sent) throw error;
      throw new InitError(request.id, outputsOf(identity, {}, []), [error.message]);
    }
  },

  async update(context, request) {
    const { oldInputs, oldOutputs, inputs, preview } = request;
    const paths = Object.keys(diffFileSet(oldInputs, oldOutputs, inputs).detailedDiff ?? {});
    // The way to the host is no concern of the host.
    if (paths.length > 0 && paths.every((path) => path.startsWith("host."))) return oldOutputs;
    if (preview) return { ...oldOutputs, placed: UNKNOWN, pendingHandlers: [] };
    const { actual, ...identity } = placedOf(oldOutputs);
    return place(context, request, identity, actual);
  },

  async read(context, request) {
    const { id, inputs = {}, outputs, timeoutSeconds } = request;
    const { items } = declaredItems(inputs);
    const definitions = [itemPhases(items.map((item) => ({ ...item, content: "" })))];
    const commands = [`load_ledger ${keyOf(id)}`, "report_all"];
    const { lines } = await runScript(context, { id, inputs, timeoutSeconds, definitions, commands });
    const [ledger] = fieldsOf(lines, "set");
    if (ledger === undefined && (outputs === undefined || fieldsOf(lines, "item").length === 0)) return undefined;
    const known = placedOf(outputs ?? {});
    const generation = ledger?.[0] ?? known.generation;
    const digestKey = known.digestKey === "" ? randomBytes(32).toString("hex") : known.digestKey;
    const pending = fieldsOf(lines, "!pending").map(([name = ""]) => name);
    const next = outputsOf({ generation, digestKey }, placedFrom(lines, items, digestKey), pending);
    return { id, inputs: asFound(inputs, placedOf(next)), outputs: next };
  },

  async delete(context, request) {
    const { id, inputs, outputs, timeoutSeconds } = request;
    const { generation } = placedOf(outputs);
    const handlers = handlersOf(inputs);
    const definitions = [handlerPhases(handlers, context.services, true)];
    const commands = [openLedger(id, generation), `remove ${quote(generation)}`, "close_ledger"];
    const outcome = await runScript(context, { id, inputs, timeoutSeconds, definitions, commands });
    const left = fieldsOf(outcome.lines, "left").map(([path = ""]) => path);
    return [
      ...left.map(
        (path) => `host ${outcome.host}: ${path} is not empty and stays: remove it when nobody needs what is in it`,
      ),
      ...[...failedHandlers(handlers, outcome).values()].map(
        (reason) => `${reason} after the files of ${id} were taken away; see to it there`,
      ),
    ];
  },
};

function openLedger(id: string, generation: string): string {
  return `open_ledger ${keyOf(id)} ${quote(generation)} ${quote(id.replace(/[\n\r]/g, " "))}`;
}

async function place(
  context: Context,
  {
    id,
    inputs,
    oldInputs,
    timeoutSeconds,
  }: Pick<UpdateRequest, "id" | "inputs" | "timeoutSeconds"> & Partial<UpdateRequest>,
  identity: Identity,
  actual?: ReadonlyMap<string, Actual>,
): Promise<PropertyMap> {
  const { items } = declaredItems(inputs);
  const handlers = handlersOf(inputs, oldInputs);
  const definitions = [itemPhases(items, actual), handlerPhases(handlers, context.services)];
  const commands = [openLedger(id, identity.generation), "place", "report_all", "close_ledger"];
  const subjects = items.map(({ path }) => path);
  const outcome = await runScript(context, { id, inputs, timeoutSeconds, definitions, commands, subjects });
  const failed = failedHandlers(handlers, outcome);
  const declared = handlersOf(inputs).map(({ name }) => name);
  const pending = declared.filter((name) => failed.has(name));
  const outputs = outputsOf(identity, placedFrom(outcome.lines, items, identity.digestKey), pending);
  if (failed.size === 0) return outputs;
  const then = (name: string) => (pending.includes(name) ? "the next up runs it again" : "see to it there");
  const reasons = [...failed].map(([name, reason]) => `${reason}; ${then(name)}`);
  throw new InitError(id, outputs, reasons);
}

function outputsOf({ generation, digestKey }: Identity, placed: PropertyMap, pendingHandlers: string[]): PropertyMap {
  return { placed, generation, digestKey: secret(digestKey), pendingHandlers };
}

/** `items PHASE` runs a phase of `host.sh` for each item. */
function itemPhases(items: readonly Item[], actual: ReadonlyMap<string, Actual> = new Map()): string {
  const calls = items.map((item, index) => {
    const { key, kind, mode = "0644", owner = "root", group = "root", adopt, position, marker, comment, path } = item;
    const kept = kind === "whole" && isAsFound(item, actual.get(item.id));
    const octal = parseInt(mode, 8).toString(8);
    const words = [kept ? "kept" : kind, octal, owner, group, adopt ? "adopt" : "", position, marker, comment, path];
    const { content = "" } = item;
    return [index, key, ...words.map(quote), sha256Of(content), encode(content)];
  });
  return phases("items", calls);
}

function placedFrom(lines: readonly Line[], items: readonly Item[], digestKey: string): PropertyMap {
  const placed = fieldsOf(lines, "item").flatMap((fields): [string, PropertyMap][] => {
    const [label, digest = "", mode = "", user = "", uid = "", groupName = "", gid = ""] = fields;
    const item = items[Number(label)];
    if (item === undefined) return [];
    const hashed = /^[0-9a-f]{64}$/.test(digest);
    const shown = hashed ? digestOf(digest, item.secret ? digestKey : undefined) : digest;
    const labels = {
      mode: mode.padStart(4, "0"),
      owner: nameOf(user, uid, item.owner),
      group: nameOf(groupName, gid, item.group),
    };
    const silent = shown === "" || (item.kind === "seed" && hashed);
    return [[item.id, silent ? labels : { digest: shown, ...labels }]];
  });
  return Object.fromEntries(placed);
}

function nameOf(name: string, number: string, declared: string | undefined): string {
  return declared === number || name === "UNKNOWN" ? number : name;
}

/** The inputs as the host is. What drifted in content is told by its digest; what is missing keeps its place only. */
function asFound(inputs: PropertyMap, placed: Placed): PropertyMap {
  const items = new Map(declaredItems(inputs).items.map((item) => [item.property, item]));
  const rebuild = (list: string): Value => {
    const change = (value: Value, index: number | string): Value => {
      const item = items.get(`${list}[${index}]`);
      if (item === undefined) return value;
      if (value instanceof Secret) return new Secret(change(value.value, index));
      return isPropertyMap(value) ? itemAsFound(value, item, placed) : value;
    };
    const given = inputs[list] ?? [];
    return given instanceof Secret ? new Secret(mapMembers(given.value, change)) : mapMembers(given, change);
  };
  const lists = ["directories", "files"].filter((list) => list in inputs);
  return { ...inputs, ...Object.fromEntries(lists.map((list) => [list, rebuild(list)])) };
}

function itemAsFound(value: PropertyMap, item: Item, { actual, digestKey }: Placed): PropertyMap {
  const found = actual.get(item.id);
  if (found === undefined) {
    const identity = ["path", "kind", "marker", "comment"].filter((key) => key in value);
    return Object.fromEntries(identity.map((key) => [key, value[key] ?? null]));
  }
  const { digest = "", ...labels } = found;
  const drifted = !sameContent(item, found, digestKey);
  const content: PropertyMap = drifted ? { content: item.secret ? secret(digest) : digest } : {};
  return { ...value, ...content, ...(item.kind === "block" ? {} : labels) };
}
