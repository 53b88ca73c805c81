import type { Series } from "./stanza";

/** Names of settings whose values are for the daemons alone. */
const PASSWORD = /^\s*(\w*password)\b/m;
/** Of what says how connections are made. */
export const SOCKET: Readonly<Record<Series, RegExp>> = { 1: /^\s*socket_type\s/m, 2: /^\s*<\s*socket\s*\/?>/m };

/** Why a text cannot be the rest of a configuration file, or `undefined`. */
export function configurationProblem(text: string, series: Series): string | undefined {
  if (/\r/.test(text)) return "has line ends of Windows, whose first half would be part of every value";
  if (SOCKET[series].test(text)) return "says how connections are made: leave that out, it is added";
  const password = PASSWORD.exec(text)?.[1];
  if (password === undefined) return undefined;
  return `holds ${password}, which is a secret: keep it in mmm_common.conf on the hosts, and include that`;
}

/** The whole of a configuration file. A blank at the end of a line would be part of its value. */
export function wholeFile(text: string, stanza: string): string {
  const rest = text.replaceAll(/[^\S\n]+$/gm, "").trimEnd();
  return rest === "" ? stanza : `${rest}\n\n${stanza}`;
}

/** Addresses that the monitor dials, by the hosts that its configuration has; empty when that is elsewhere. */
export function dialledAgents(text: string, series: Series): readonly string[] {
  return sectionsOf(text, series).flatMap(({ kind, settings }) => (kind === "host" ? (settings["ip"] ?? []) : []));
}

/** What `mmm_control` dials, by its own configuration of series 2. */
export function dialledMonitor(text: string): readonly string[] {
  return sectionsOf(text, 2).flatMap(({ kind, settings }) => (kind === "monitor" ? (settings["ip"] ?? []) : []));
}

interface Section {
  readonly kind: string;
  readonly settings: Record<string, string[]>;
}

/** Series 1 indents what belongs to an object, series 2 has tags around it. */
function sectionsOf(text: string, series: Series): readonly Section[] {
  const sections: Section[] = [];
  let open: Section | undefined;
  for (const line of text.split("\n").filter((each) => !/^\s*(#|$)/.test(each))) {
    const start = series === 1 ? /^(\w+)\s+\S/.exec(line) : /^\s*<\s*(\w+)(?:\s+[\w-]+)?\s*>/.exec(line);
    if (start?.[1] !== undefined) {
      open = { kind: start[1], settings: {} };
      sections.push(open);
    } else if (series === 2 && /^\s*<\//.test(line)) {
      open = undefined;
    } else {
      const [, name, value] = /^\s*(\S+)\s+(.*?)\s*$/.exec(line) ?? [];
      if (open !== undefined && name !== undefined && value !== undefined) (open.settings[name] ??= []).push(value);
    }
  }
  return sections;
}
