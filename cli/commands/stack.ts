import { readFile, rm, writeFile } from "node:fs/promises";

import { isObject } from "../../engine/state/property-codec";
import type { ResourceState } from "../../engine/resource-state";
import { stackOutputs } from "../../engine/state/stack-state";
import { urnName } from "../../engine/urn";
import { reveal } from "../../providers/base/values";
import type { PropertyMap, Value } from "../../providers/base/values";
import { jsonValue } from "../display/json-state";
import { printJson, table } from "../display/table";
import { CliError } from "../errors";
import type { GlobalFlags } from "../program";
import { confirmByName, readStandardInput } from "../prompt";
import { Session } from "../session";
import { Workspace } from "../workspace";

interface OutputFlags extends GlobalFlags {
  readonly json?: boolean;
  readonly showSecrets?: boolean;
}

const INDENT = "    ";

/** `stack`: resources under their parents, and outputs. */
export async function info(flags: OutputFlags & { readonly showUrns?: boolean }): Promise<void> {
  const { stack, workspace } = await Session.openExisting(flags);
  const { resources, pendingOperations } = await stack.read();
  const [last] = await stack.history();
  const update = last && `${new Date(last.endTime * 1000).toISOString()} (${last.kind}, ${last.result})`;
  const named = (each: ResourceState): string => (flags.showUrns === true ? each.urn : urnName(each.urn));
  process.stdout.write(
    `Current stack is ${stack.name}:\n${INDENT}Backend: ${workspace.backend.url}\n` +
      `${INDENT}Last update: ${update ?? "never"}\n${INDENT}Pending operations: ${pendingOperations.length}\n` +
      `Current stack resources (${resources.length}):\n${table([["TYPE", flags.showUrns === true ? "URN" : "NAME"], ...resourceRows(resources, named)], INDENT)}\n` +
      outputsTable(stackOutputs({ resources }), flags.showSecrets === true),
  );
}

/** `stack ls` */
export async function list(flags: OutputFlags & { readonly all?: boolean }): Promise<void> {
  const workspace = await Workspace.open(flags);
  const own = workspace.project.name;
  const stacks = await workspace.backend.list(flags.all === true ? undefined : own);
  const selected = await workspace.stackName(flags.stack).catch(() => undefined);
  const rows = stacks.map(({ project, name, ...rest }) => ({
    name: project === own ? name : `${project}/${name}`,
    current: project === own && name === selected,
    ...rest,
  }));
  if (flags.json === true) return printJson(rows);
  const cells = rows.map(({ name, current, lastUpdate = "never", updateInProgress, resourceCount }) => [
    name + (current ? "*" : ""),
    updateInProgress ? "in progress" : lastUpdate,
    String(resourceCount),
  ]);
  process.stdout.write(table([["NAME", "LAST UPDATE", "RESOURCE COUNT"], ...cells]));
}

/** `stack output [name]` */
export async function output(name: string | undefined, flags: OutputFlags): Promise<void> {
  const { stack } = await Session.openExisting(flags);
  const outputs = await stack.outputs();
  const clear = flags.showSecrets === true;
  const value = name === undefined ? outputs : outputs[name];
  if (value === undefined) {
    const hint = "`groundwork stack output` lists those that it has";
    throw new CliError("no-such-output", `stack '${stack.name}' has no output '${name}'; ${hint}`);
  }
  if (flags.json === true) return printJson(shown(value, clear));
  process.stdout.write(name === undefined ? outputsTable(outputs, clear) : `${plain(value, clear)}\n`);
}

/** `stack export` */
export async function exportState(flags: OutputFlags & { readonly file?: string }): Promise<void> {
  const { stack } = await Session.openExisting(flags);
  const deployment = await stack.export({ showSecrets: flags.showSecrets === true });
  const text = `${JSON.stringify(deployment, undefined, 4)}\n`;
  if (flags.file === undefined) {
    process.stdout.write(text);
    return;
  }
  // A file that is there already would keep its laxer mode.
  await rm(flags.file, { force: true });
  await writeFile(flags.file, text, { mode: 0o600, flag: "wx" });
}

/** `stack import` */
export async function importState(
  flags: GlobalFlags & { readonly file?: string; readonly force?: boolean },
): Promise<void> {
  const { stack, config } = await Session.openExisting(flags);
  const source = flags.file ?? "standard input";
  const text = flags.file === undefined ? await readStandardInput() : await readFile(flags.file, "utf8");
  let deployment: unknown;
  try {
    deployment = JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which may hold secrets.
    throw new CliError("usage", `${source} is not JSON; give it what \`stack export\` printed`);
  }
  const salt = config.salt === undefined ? {} : { salt: config.salt };
  await stack.import(withoutPending(deployment), { force: flags.force === true, config: config.forHistory(), ...salt });
  process.stdout.write("Import complete.\n");
}

/** What is imported is what somebody has looked at: nothing in it is open any more. Source: Pulumi's CLI. */
function withoutPending(exported: unknown): unknown {
  if (!isObject(exported) || !isObject(exported["deployment"])) return exported;
  const { pending_operations: pending, ...deployment } = exported["deployment"];
  for (const { type, resource } of Array.isArray(pending) ? (pending as PendingEntry[]) : []) {
    process.stderr.write(`warning: removing the pending operation "${type}" on ${resource?.urn ?? "?"}\n`);
  }
  return { ...exported, deployment };
}

interface PendingEntry {
  readonly type: string;
  readonly resource?: { readonly urn?: string };
}

/** `stack init <name>` */
export async function init(flags: GlobalFlags & { readonly select: boolean }): Promise<void> {
  const session = await Session.open(flags);
  await create(session);
  if (flags.select) await session.workspace.select(session.stack.name);
}

/** `stack select <name>` */
export async function select(flags: GlobalFlags & { readonly create?: boolean }): Promise<void> {
  const session = await Session.open(flags);
  if (flags.create === true && !(await session.stack.exists())) await create(session);
  await session.requireStack();
  await session.workspace.select(session.stack.name);
}

interface RemoveFlags extends GlobalFlags {
  readonly force?: boolean;
  readonly yes?: boolean;
  readonly preserveConfig?: boolean;
}

/** `stack rm [name]` */
export async function remove(flags: RemoveFlags): Promise<void> {
  const session = await Session.openExisting(flags);
  const { stack, config, workspace } = session;
  const file = flags.preserveConfig === true ? undefined : config.path;
  if (flags.yes !== true) {
    const also = file === undefined ? "" : ` and its configuration file ${file}`;
    await confirmByName(`This permanently removes stack '${stack.name}'${also}!`, stack.name, workspace.interactive);
  }
  await removeStack(session, flags);
  process.stdout.write(`Stack '${stack.name}' has been removed!\n`);
}

/** Removes a stack, its history and its configuration file, without a question. */
export async function removeStack(
  { stack, config }: Session,
  { force = false, preserveConfig = false }: Pick<RemoveFlags, "force" | "preserveConfig">,
): Promise<void> {
  await stack.remove({ force });
  if (!preserveConfig) await rm(config.path, { force: true });
}

/** `cancel [name]`: releases the locks of a stack. An update that still runs is not stopped by it. */
export async function cancel(flags: GlobalFlags & { readonly yes?: boolean }): Promise<void> {
  const { stack, workspace } = await Session.openExisting(flags);
  if (flags.yes !== true) {
    const warning = `This releases the lock on stack '${stack.name}', also when its update still runs somewhere.`;
    await confirmByName(warning, stack.name, workspace.interactive);
  }
  const lines = (await stack.cancel()).map((holder) => `Released the lock of ${holder}.\n`);
  process.stdout.write(lines.length === 0 ? `Stack '${stack.name}' was not locked.\n` : lines.join(""));
}

/** The state keeps the stack's salt; the configuration file gets one when it gets its first secret. */
async function create({ stack, config, workspace }: Session): Promise<void> {
  await stack.create(config.salt ?? (await workspace.keyring.create(stack.name)).salt);
  process.stdout.write(`Created stack '${stack.name}'\n`);
}

/** Parents stand before their children in a state, but children need not follow at once. */
function resourceRows(
  resources: readonly ResourceState[],
  named: (each: ResourceState) => string,
): readonly (readonly string[])[] {
  const children = new Map<string, ResourceState[]>(resources.map(({ urn }) => [urn, []]));
  const roots = resources.filter((each) => {
    const siblings = children.get(each.parent ?? "");
    siblings?.push(each);
    return siblings === undefined;
  });
  const rows = (each: ResourceState, depth: number): string[][] => [
    [`${"  ".repeat(depth)}${each.type}`, named(each)],
    ...(children.get(each.urn) ?? []).flatMap((child) => rows(child, depth + 1)),
  ];
  return roots.flatMap((root) => rows(root, 0));
}

function outputsTable(outputs: PropertyMap, clear: boolean): string {
  const rows = Object.entries(outputs)
    .sort()
    .map(([name, value]) => [name, oneLine(plain(value, clear))]);
  if (rows.length === 0) return "No output values currently in this stack\n";
  return `Current stack outputs (${rows.length}):\n${table([["OUTPUT", "VALUE"], ...rows], INDENT)}`;
}

function plain(value: Value, clear: boolean): string {
  const text = shown(value, clear);
  return typeof text === "string" ? text : JSON.stringify(text);
}

/** A text of many lines as it would stand in a program; `stack output <name>` prints it as it is. */
function oneLine(text: string): string {
  return text.includes("\n") ? JSON.stringify(text) : text;
}

function shown(value: Value, clear: boolean): Value {
  return clear ? reveal(value) : jsonValue(value, "text");
}
