import { readFile } from "node:fs/promises";

import type { EngineEvent } from "../../engine/events";
import { messageOf } from "../../engine/errors";
import type { ImportSpec, ProgramInfo } from "../../engine/operation";
import { createUrn } from "../../engine/urn";
import { PropertyPrinter } from "../display/printer";
import { CliError } from "../errors";
import { palette } from "../make-display";
import type { OperationFlags } from "../operation-flags";
import { operate } from "./operate";

interface ImportFlags extends OperationFlags {
  readonly file?: string;
  readonly parent?: string;
  readonly provider?: string;
  readonly protect?: boolean;
}

/** One resource of an import file. Source: Pulumi's documentation of `pulumi import --file`. */
interface FileResource {
  readonly type: string;
  readonly name: string;
  readonly id?: string;
  /** Names of `nameTable` or, for a parent, of another resource of the file. */
  readonly parent?: string;
  readonly provider?: string;
  readonly version?: string;
  readonly logicalName?: string;
  readonly component?: boolean;
}

interface ImportFile {
  readonly nameTable: Readonly<Record<string, string>>;
  readonly resources: readonly FileResource[];
}

const TEXTS = ["type", "name", "id", "parent", "provider", "version", "logicalName"] as const;
const REFUSED = ["properties", "pluginDownloadUrl", "remote", "parameterization"] as const;

/** `import [type] [name] [id]` */
export async function importResources(args: readonly (string | undefined)[], flags: ImportFlags): Promise<void> {
  const file = flags.file === undefined ? single(args, flags) : await readImportFile(flags.file, args);
  const events = await operate("import", flags, (program) => resolve(file, program, flags.protect !== false));
  if (flags.json !== true) process.stdout.write(hint(events, flags));
}

function single([type, name, id]: readonly (string | undefined)[], flags: ImportFlags): ImportFile {
  if (type === undefined || name === undefined || id === undefined) {
    throw new CliError("usage", "name what to import: `import <type> <name> <id>`, or `import --file <path>`");
  }
  const nameTable: Record<string, string> = {};
  // As Pulumi takes it, `<variable>=<urn>`; the variable is for generated code.
  const refer = (key: "parent" | "provider"): object => {
    const urn = flags[key]?.replace(/^\w+=/, "");
    if (urn === undefined) return {};
    nameTable[urn] = urn;
    return { [key]: urn };
  };
  return { nameTable, resources: [{ type, name, id, ...refer("parent"), ...refer("provider") }] };
}

async function readImportFile(path: string, args: readonly (string | undefined)[]): Promise<ImportFile> {
  if (args[0] !== undefined) throw new CliError("usage", "--file and a single resource exclude each other");
  try {
    const { nameTable = {}, resources } = JSON.parse(await readFile(path, "utf8")) as Partial<ImportFile>;
    if (!Array.isArray(resources)) throw new Error("resources is not a list");
    resources.forEach((each, index) => judge(each as Readonly<Record<string, unknown>>, `resources[${index}]`));
    return { nameTable, resources: resources as readonly FileResource[] };
  } catch (error) {
    throw new CliError("usage", `${path} is no import file: ${messageOf(error)}`);
  }
}

function judge(resource: Readonly<Record<string, unknown>>, where: string): void {
  const wrong = TEXTS.find((key) => resource[key] !== undefined && typeof resource[key] !== "string");
  if (wrong !== undefined) throw new Error(`${where}.${wrong} is not a text`);
  const refused = REFUSED.find((key) => resource[key] !== undefined && resource[key] !== false);
  if (refused !== undefined) throw new Error(`${where}.${refused} is not supported by the embedded engine`);
  const wanted = resource["component"] === true ? ["type", "name"] : ["type", "name", "id"];
  const missing = wanted.find((key) => resource[key] === undefined);
  if (missing !== undefined) throw new Error(`${where}.${missing} is missing`);
}

/** Names as URNs, parents before their children. */
function resolve({ nameTable, resources }: ImportFile, program: ProgramInfo, protect: boolean): ImportSpec[] {
  const specs = new Map<string, ImportSpec>();
  const add = (resource: FileResource, children: readonly string[]): string => {
    const { type, id, provider, version, component } = resource;
    const name = resource.logicalName ?? resource.name;
    if (children.includes(name)) throw new CliError("usage", `${name} is its own parent in the import file`);
    const parent = resource.parent === undefined ? undefined : find(resource.parent, [...children, name]);
    const urn = createUrn({ ...program, type, name, ...(parent !== undefined && { parent }) });
    if (specs.has(urn) && specs.get(urn)?.id !== id) {
      throw new CliError("usage", `${urn} stands twice in the import file, with different ids`);
    }
    specs.set(urn, {
      ...{ type, name, protect },
      ...(component !== true && id !== undefined && { id }),
      ...(parent !== undefined && { parent }),
      ...(provider !== undefined && { provider: lookUp(provider) }),
      ...(version !== undefined && { version }),
    });
    return urn;
  };
  const find = (name: string, children: readonly string[]): string => {
    const listed = resources.find((each) => each.name === name);
    return nameTable[name] === undefined && listed !== undefined ? add(listed, children) : lookUp(name);
  };
  const lookUp = (name: string): string => {
    const urn = nameTable[name];
    if (urn === undefined) throw new CliError("usage", `"${name}" is neither in nameTable nor a resource of the file`);
    return urn;
  };
  for (const resource of resources) add(resource, []);
  return [...specs.values()];
}

/** What the program has to say from now on. */
function hint(events: readonly EngineEvent[], { color }: ImportFlags): string {
  const printer = new PropertyPrinter(palette(color));
  const made = events.flatMap((event) => {
    const state = event.kind === "step-done" && event.step.op === "import" ? event.step.new : undefined;
    if (state === undefined) return [];
    const options = state.protect === true ? ", protect: true" : "";
    return [
      `  ${state.type} "${state.urn.slice(state.urn.lastIndexOf("::") + 2)}"${options}\n${printer.map(state.inputs, 2, "same")}`,
    ];
  });
  if (made.length === 0) return "";
  return `\nDeclare what was imported in the program, with these inputs; until then, \`up\` wants to delete it:\n${made.join("")}`;
}
