import { hostnameProblem, userProblem, uuidProblem } from "./names";

/** What the checks look at: arguments, or an environment's section that has not become arguments yet. */
export interface FlockerFacts {
  readonly cluster: { readonly uuid?: string };
  readonly control: { readonly hostname?: string };
  /** Hosts by name. */
  readonly nodes: readonly { readonly host: string; readonly uuid?: string }[];
  readonly users: readonly { readonly name: string; readonly host?: string }[];
  readonly administrator?: unknown;
}

/** A place within the section, and what is wrong there. */
export interface FlockerProblem {
  readonly path: readonly (string | number)[];
  readonly reason: string;
}

/** Why there can be no such cluster; empty when there can. */
export function flockerProblems(facts: FlockerFacts): readonly FlockerProblem[] {
  const { control, nodes, users, administrator } = facts;
  const at = (path: FlockerProblem["path"], reason: string | undefined) =>
    reason === undefined ? [] : [{ path, reason }];
  return [
    ...at(["control", "hostname"], control.hostname === undefined ? undefined : hostnameProblem(control.hostname)),
    ...uuidProblems(facts),
    ...twice(nodes.map(({ host }, index) => ({ value: host, path: ["nodes", index, "host"] }))),
    ...users.flatMap(({ name }, index) => at(["users", index, "name"], userProblem(name))),
    ...twice(users.map(({ name }, index) => ({ value: name, path: ["users", index, "name"] }))),
    ...(administrator === undefined
      ? users.flatMap(({ name, host }, index) =>
          host === undefined
            ? at(["users", index], `the certificate of ${name} would go nowhere: name a host, or an administrator`)
            : [],
        )
      : []),
  ];
}

/** Two nodes of one UUID are one to Flocker, and each of them would take the other's datasets for lost. */
function uuidProblems({ cluster, nodes }: FlockerFacts): readonly FlockerProblem[] {
  const given = [
    { value: cluster.uuid, path: ["cluster", "uuid"] },
    ...nodes.map(({ uuid }, index) => ({ value: uuid, path: ["nodes", index, "uuid"] })),
  ].flatMap(({ value, path }) => (value === undefined ? [] : [{ value, path }]));
  const malformed = given.flatMap(({ value, path }) => {
    const reason = uuidProblem(value);
    return reason === undefined ? [] : [{ path, reason }];
  });
  return [...malformed, ...twice(given)];
}

function twice(entries: readonly { readonly value: string; readonly path: FlockerProblem["path"] }[]) {
  return entries.flatMap(({ value, path }, index): readonly FlockerProblem[] => {
    const first = entries.findIndex((other) => other.value === value);
    if (first === index) return [];
    return [{ path, reason: `${value} is used twice: it is ${entries[first]?.path.join(".")} already` }];
  });
}
