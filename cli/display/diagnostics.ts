import type { EngineEvent, Severity } from "../../engine/events";
import { parseUrn, STACK_TYPE } from "../../engine/urn";
import { shortType } from "./ops";
import type { Palette } from "./printer";

export type DiagnosticEvent = Extract<EngineEvent, { kind: "diagnostic" }>;

const PREFIXES: Readonly<Record<Severity, string>> = {
  debug: "debug: ",
  info: "",
  "info#err": "",
  warning: "warning: ",
  error: "error: ",
};

export function severityPrefix(severity: Severity): string {
  return PREFIXES[severity];
}

export function paintDiagnostic(event: DiagnosticEvent, palette: Palette): string {
  const { severity } = event;
  const prefix = severityPrefix(severity);
  const paint = severity === "error" ? palette.red : severity === "warning" ? palette.yellow : palette.dim;
  return `${prefix === "" ? "" : paint(prefix)}${event.message.trimEnd()}`;
}

/** The type and name of what a URN names, `rabbitmq:index:User usr`. */
export function resourceName(urn: string, separator: (name: string) => string): string {
  const { qualifiedType, name } = parseUrn(urn);
  return shortType(qualifiedType.split("$").at(-1) ?? qualifiedType) + separator(name);
}

/** What of an error is about its resource alone: `refreshing rabbitmq:index/user:User "usr" failed: `, `cannot read role "x": `. */
const OWN = /^(\w+ \S+ "[^"]*" failed: )?(cannot [a-z ]+ "[^"]*": )?/;
/** How many resources of one cause are told in full; the others by their names. */
const TOLD_IN_FULL = 2;

/**
 * The `Diagnostics:` section: every message under the resource that it is about, in order of appearance. A server that
 * is down fails everything on it: the same error is not told over and over.
 */
export class Diagnostics {
  private readonly messages = new Map<string, DiagnosticEvent[]>();

  /** `stackName`, `<project>-<stack>`, heads what is about no resource in particular. */
  constructor(
    private readonly stackName: string,
    private readonly showDebug: boolean,
  ) {}

  add(event: DiagnosticEvent): void {
    if (event.ephemeral === true || (event.severity === "debug" && !this.showDebug)) return;
    const key = event.urn ?? "";
    this.messages.set(key, [...(this.messages.get(key) ?? []), event]);
  }

  text(palette: Palette): string {
    if (this.messages.size === 0) return "";
    const byCause = new Map<string, Section[]>();
    for (const [urn, events] of this.messages) {
      const name = urn === "" ? `${STACK_TYPE} (${this.stackName})` : resourceName(urn, (each) => ` (${each})`);
      const cause = events.map(({ severity, message }) => `${severity} ${message.replace(OWN, "")}`).join("\n");
      byCause.set(cause, [...(byCause.get(cause) ?? []), { name, events }]);
    }
    const sections = [...byCause.values()].flatMap((same) => [
      ...same.slice(0, TOLD_IN_FULL).map((section) => paintSection(section, palette)),
      ...(same.length > TOLD_IN_FULL ? [paintOthers(same.slice(TOLD_IN_FULL))] : []),
    ]);
    return `${palette.bold("Diagnostics:")}\n${sections.join("\n\n")}`;
  }
}

interface Section {
  readonly name: string;
  readonly events: readonly DiagnosticEvent[];
}

function paintSection({ name, events }: Section, palette: Palette): string {
  const lines = events.flatMap((event) => paintDiagnostic(event, palette).split("\n"));
  return [`  ${palette.cyan(name)}:`, ...lines.map((line) => (line === "" ? "" : `    ${line}`))].join("\n");
}

function paintOthers(others: readonly Section[]): string {
  return [`  The same goes for ${others.length} more:`, ...others.map(({ name }) => `    ${name}`)].join("\n");
}
