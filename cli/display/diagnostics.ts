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

/** The `Diagnostics:` section: every message under the resource that it is about, in order of appearance. */
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
    const sections = [...this.messages].map(([urn, events]) => {
      const name = urn === "" ? `${STACK_TYPE} (${this.stackName})` : resourceName(urn, (each) => ` (${each})`);
      const lines = events.flatMap((event) => paintDiagnostic(event, palette).split("\n"));
      return [`  ${palette.cyan(name)}:`, ...lines.map((line) => (line === "" ? "" : `    ${line}`))].join("\n");
    });
    return `${palette.bold("Diagnostics:")}\n${sections.join("\n\n")}`;
  }
}
