import type { Series } from "./stanza";

export const BASE = "/usr/local/mmm";

/** Where series 2 looks for configuration, and nowhere else. Source: lib/Common/Config.pm. */
const SEARCHED = ["/etc", "/etc/mmm", "/etc/mysql-mmm"];

export type ProgramName = "agent" | "monitor" | "control";

const FILES: Readonly<Record<ProgramName, string>> = {
  agent: "mmm_agent.conf",
  monitor: "mmm_mon.conf",
  // It reads the monitor's.
  control: "mmm_mon.conf",
};

export const UNITS: Readonly<Record<Series, { readonly agent: string; readonly monitor: string }>> = {
  1: { agent: "mmm_agent", monitor: "mmm_mon" },
  2: { agent: "mysql-mmm-agent", monitor: "mysql-mmm-monitor" },
};

export interface Placement {
  readonly series: Series;
  readonly base?: string;
  readonly configurationDirectory?: string;
}

/** The configuration file of one of MMM's programs. */
export function configurationPath(program: ProgramName, { series, base = BASE, configurationDirectory }: Placement) {
  const directory = configurationDirectory ?? (series === 1 ? `${base}/etc` : "/etc/mysql-mmm");
  return `${directory}/${FILES[program]}`;
}

export function configurationDirectoryProblem({ series, configurationDirectory }: Placement): string | undefined {
  if (series === 1 || configurationDirectory === undefined || SEARCHED.includes(configurationDirectory))
    return undefined;
  return `MMM 2 looks for its configuration in ${SEARCHED.join(", ")} alone`;
}
