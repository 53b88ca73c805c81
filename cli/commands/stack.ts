import { rm, writeFile } from "node:fs/promises";

import { StackNotFoundError } from "../../engine/state/errors";
import type { ResourceState } from "../../engine/resource-state";
import { parseUrn, STACK_TYPE } from "../../engine/urn";
import { reveal } from "../../providers/base/values";
import type { PropertyMap, Value } from "../../providers/base/values";
import { jsonValue } from "../display/json-state";
import { table } from "../display/table";
import { CliError } from "../errors";
import type { GlobalFlags } from "../program";
import { confirmByName } from "../prompt";
import { Session } from "../session";
import { Workspace } from "../workspace";

interface InfoFlags extends GlobalFlags {
  readonly showIds?: boolean;
  readonly showUrns?: boolean;
  readonly showName?: boolean;
  readonly showSecrets?: boolean;
}

interface OutputFlags extends GlobalFlags {
  readonly json?: boolean;
  readonly showSecrets?: boolean;
}

const INDENT = "    ";

/** `stack`: resources as a tree, and outputs. */
export async function info(flags: InfoFlags): Promise<void> {
  const session = await Session.open(flags);
  if (flags.showName === true) {
    process.stdout.write(`${session.names.stack}\n`);
    return;
  }
  await session.requireStack();
  const { resources, pendingOperations } = await session.stack.read();
  const [last] = await session.stack.history();
  const lines = [
    `Current stack is ${session.names.stack}:\n`,
    `${INDENT}Backend: ${session.workspace.backend.url}\n`,
    ...(last === undefined
      ? []
      : [`${INDENT}Last update: ${new Date(last.endTime * 1000).toISOString()} (${last.kind}, ${last.result})\n`]),
    ...(pendingOperations.length === 0 ? [] : [`${INDENT}Pending operations: ${pendingOperations.length}\n`]),
    `Current stack resources (${resources.length}):\n`,
    table([["TYPE", "NAME"], ...resourceRows(resources, flags)], INDENT),
    "\n",
    outputsTable(outputsOf(resources), flags.showSecrets === true),
  ];
  process.stdout.write(lines.join(""));
}

/** `stack ls` */
export async function list(flags: GlobalFlags & { readonly all?: boolean; readonly json?: boolean }): Promise<void> {
  const workspace = await Workspace.open(flags);
  const own = workspace.project.name;
  const stacks = await workspace.backend.list(flags.all === true ? undefined : own);
  const current = await workspace.stackName(flags.stack).catch(() => undefined);
  const rows = stacks.map((stack) => ({
    name: stack.project === own ? stack.name : `${stack.project}/${stack.name}`,
    current: stack.project === own && stack.name === current,
    ...(stack.lastUpdate !== undefined && { lastUpdate: stack.lastUpdate }),
    updateInProgress: stack.updateInProgress,
    resourceCount: stack.resourceCount,
  }));
  if (flags.json === true) {
    printJson(rows);
    return;
  }
  const cells = rows.map((row) => [
    row.name + (row.current ? "*" : ""),
    row.updateInProgress ? "in progress" : (row.lastUpdate ?? "never"),
    String(row.resourceCount),
  ]);
  process.stdout.write(table([["NAME", "LAST UPDATE", "RESOURCE COUNT"], ...cells]));
}

/** `stack output [name]` */
export async function output(name: string | undefined, flags: OutputFlags): Promise<void> {
  const session = await Session.open(flags);
  await session.requireStack();
  const outputs = outputsOf((await session.stack.read()).resources);
  const clear = flags.showSecrets === true;
  if (name === undefined) {
    if (flags.json === true) printJson(shown(outputs, clear));
    else process.stdout.write(outputsTable(outputs, clear));
    return;
  }
  const value = outputs[name];
  if (value === undefined) {
    throw new CliError(
      "no-such-output",
      `stack '${session.names.stack}' has no output '${name}'; \`groundwork stack output\` lists those that it has`,
    );
  }
  if (flags.json === true) printJson(shown(value, clear));
  else process.stdout.write(`${plain(value, clear)}\n`);
}

/** `stack export` */
export async function exportState(
  flags: GlobalFlags & { readonly file?: string; readonly showSecrets?: boolean },
): Promise<void> {
  const session = await Session.open(flags);
  await session.requireStack();
  const deployment = await session.stack.export({ showSecrets: flags.showSecrets === true });
  const text = `${JSON.stringify(deployment, undefined, 4)}\n`;
  if (flags.file === undefined) process.stdout.write(text);
  else {
    // A file that is there already would keep its laxer mode.
    await rm(flags.file, { force: true });
    await writeFile(flags.file, text, { mode: 0o600, flag: "wx" });
  }
}

/** `stack init <name>` */
export async function init(name: string, flags: GlobalFlags & { readonly select: boolean }): Promise<void> {
  const workspace = await Workspace.open(flags);
  await create(workspace, name, flags);
  if (flags.select) await workspace.select(name);
}

/** `stack select <name>` */
export async function select(name: string, flags: GlobalFlags & { readonly create?: boolean }): Promise<void> {
  const workspace = await Workspace.open(flags);
  const stack = await workspace.stackName(name);
  if (!(await workspace.backend.stack(workspace.project.name, stack).exists())) {
    if (flags.create !== true) {
      throw new StackNotFoundError(`no stack named '${stack}' found; make it with \`groundwork stack init ${stack}\``);
    }
    await create(workspace, stack, flags);
  }
  await workspace.select(stack);
}

/** `stack rm [name]` */
export async function remove(
  flags: GlobalFlags & { readonly force?: boolean; readonly yes?: boolean; readonly preserveConfig?: boolean },
): Promise<void> {
  const session = await Session.open(flags);
  await session.requireStack();
  const { name } = session.stack;
  if (flags.yes !== true) {
    const kept = flags.preserveConfig === true ? "" : ` and its configuration file ${session.config.path}`;
    await confirmByName(`This permanently removes stack '${name}'${kept}!`, name, session.workspace.interactive);
  }
  await session.stack.remove({ force: flags.force === true });
  if (flags.preserveConfig !== true) await rm(session.config.path, { force: true });
  process.stdout.write(`Stack '${name}' has been removed!\n`);
}

/** The state keeps the stack's salt; the configuration file gets one when it gets its first secret. */
async function create(workspace: Workspace, name: string, flags: GlobalFlags): Promise<void> {
  const session = await Session.of(workspace, await workspace.stackName(name), flags);
  const salt = session.config.salt ?? (await workspace.keyring.create(session.stack.name)).salt;
  await session.stack.create(salt);
  process.stdout.write(`Created stack '${session.stack.name}'\n`);
}

function outputsOf(resources: readonly ResourceState[]): PropertyMap {
  return resources.find((resource) => resource.type === STACK_TYPE && resource.delete !== true)?.outputs ?? {};
}

function resourceRows(resources: readonly ResourceState[], flags: InfoFlags): readonly (readonly string[])[] {
  const known = new Set(resources.map((resource) => resource.urn));
  const byParent = new Map<string | undefined, ResourceState[]>();
  for (const each of resources) {
    const parent = known.has(each.parent ?? "") ? each.parent : undefined;
    const siblings = byParent.get(parent);
    if (siblings === undefined) byParent.set(parent, [each]);
    else siblings.push(each);
  }
  const below = (parent: string | undefined, lead: string): string[][] => {
    const children = byParent.get(parent) ?? [];
    return children.flatMap((each, i) => {
      const isLast = i === children.length - 1;
      const branch = parent === undefined ? "" : isLast ? "└─ " : "├─ ";
      const stem = parent === undefined ? "" : isLast ? "   " : "│  ";
      const notes = [
        ...(flags.showUrns === true ? [`${lead}${stem}URN: ${each.urn}`] : []),
        ...(flags.showIds === true && each.id !== undefined ? [`${lead}${stem}ID: ${each.id}`] : []),
      ];
      const row = [`${lead}${branch}${each.type}`, parseUrn(each.urn).name];
      return [row, ...notes.map((note) => [note]), ...below(each.urn, lead + stem)];
    });
  };
  return below(undefined, "");
}

function outputsTable(outputs: PropertyMap, clear: boolean): string {
  const names = Object.keys(outputs).sort();
  if (names.length === 0) return "No output values currently in this stack\n";
  const rows = names.map((name) => [name, oneLine(plain(outputs[name] ?? null, clear))]);
  return `Current stack outputs (${names.length}):\n${table([["OUTPUT", "VALUE"], ...rows], INDENT)}`;
}

function plain(value: Value, clear: boolean): string {
  const text = shown(value, clear);
  return typeof text === "string" ? text : JSON.stringify(text);
}

/** A text of many lines, as it would stand in a program; `stack output <name>` prints it as it is. */
function oneLine(text: string): string {
  return text.includes("\n") ? JSON.stringify(text) : text;
}

function shown(value: Value, clear: boolean): Value {
  return clear ? reveal(value) : jsonValue(value, "text");
}

function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}
