import { holdsName, namesFor } from "../../pki";
import { configurationProblem, dialledAgents, dialledMonitor } from "./configuration";
import { type Placement, configurationDirectoryProblem } from "./paths";
import type { Series } from "./stanza";

/** A role as the checks look at it, in arguments or in an environment's section. */
export interface RoleFacts {
  /** By name. */
  readonly host: string;
  /** What its certificate holds; unknown while its host is. */
  readonly holds?: readonly string[];
  readonly configuration?: string;
}

export interface MmmFacts extends Placement {
  readonly series: Series;
  readonly verifyMode?: 0 | 1;
  readonly monitor: RoleFacts;
  readonly agents: readonly RoleFacts[];
  readonly controls: readonly RoleFacts[];
}

/** A place within the section, and what is wrong there. */
export interface MmmProblem {
  readonly path: readonly (string | number)[];
  readonly reason: string;
}

/** Why MMM would not start or its programs not reach one another; empty when they do. */
export function mmmProblems(facts: MmmFacts): readonly MmmProblem[] {
  const { series, verifyMode, monitor, agents, controls } = facts;
  const roles = [
    { role: monitor, path: ["monitor"] },
    ...agents.map((role, index) => ({ role, path: ["agents", index] })),
    ...controls.map((role, index) => ({ role, path: ["controls", index] })),
  ];
  return [
    ...at(["configurationDirectory"], configurationDirectoryProblem(facts)),
    ...(series === 2 && verifyMode !== undefined ? at(["verifyMode"], "MMM 2 does not know it: leave it out") : []),
    ...listedTwice("agents", agents),
    ...listedTwice("controls", controls),
    ...controls.flatMap(({ host }, index) =>
      host === monitor.host
        ? at(["controls", index, "host"], `mmm_control on ${host} reads the monitor's mmm_mon.conf: leave it out`)
        : [],
    ),
    ...roles.flatMap(({ role, path }) =>
      role.configuration === undefined
        ? []
        : at([...path, "configuration"], configurationProblem(role.configuration, series)),
    ),
    ...dialledByNobody(facts),
  ];
}

/** Addresses in a whole configuration that no certificate holds: the connection would be made and then given up. */
function dialledByNobody({ series, monitor, agents, controls }: MmmFacts): readonly MmmProblem[] {
  const unheld = (dialled: readonly string[], servers: readonly RoleFacts[]) =>
    servers.some(({ holds }) => holds === undefined)
      ? []
      : dialled.filter((name) => !servers.some(({ holds = [] }) => holdsName(namesFor(holds), name)));
  const reason = (name: string, list: string) =>
    `${name} is dialled, and no certificate holds it: add it to the names of its entry in ${list}`;
  return [
    ...unheld(dialledAgents(monitor.configuration ?? "", series), agents).map((name) => ({
      path: ["monitor", "configuration"],
      reason: reason(name, "agents"),
    })),
    ...(series === 1
      ? []
      : controls.flatMap(({ configuration = "" }, index) =>
          unheld(dialledMonitor(configuration), [monitor]).map((name) => ({
            path: ["controls", index, "configuration"],
            reason: `${name} is dialled, and the monitor's certificate does not hold it: add it to the monitor's names`,
          })),
        )),
  ];
}

function listedTwice(list: string, roles: readonly RoleFacts[]): readonly MmmProblem[] {
  return roles.flatMap(({ host }, index) =>
    roles.findIndex((other) => other.host === host) === index
      ? []
      : at([list, index, "host"], `${host} is listed twice`),
  );
}

function at(path: MmmProblem["path"], reason: string | undefined): readonly MmmProblem[] {
  return reason === undefined ? [] : [{ path, reason }];
}
