import { COMMON_NAME_LIMIT } from "../../pki";

/** What the tree of zones is judged by. */
export interface ZoneNode {
  readonly name: string;
  /** The zone above it; the masters' zone has none. */
  readonly parent?: string | undefined;
  readonly endpoints: readonly { readonly name: string }[];
}

export interface ZoneProblem {
  /** The zone's place in the list that was judged. */
  readonly zone: number;
  readonly field: "name" | "parent" | "endpoints";
  /** The endpoint's place in its zone, where the problem is one endpoint's. */
  readonly endpoint?: number;
  readonly reason: string;
}

const MOST_ENDPOINTS = 2;

/** What Icinga 2 would refuse or not survive; empty when nothing is. Source: its documentation, "Distributed Monitoring". */
export function zoneProblems(zones: readonly ZoneNode[], globalZones: readonly string[] = []): readonly ZoneProblem[] {
  return zones.flatMap((zone, index) => [
    ...nameProblems(zones, globalZones, index),
    ...parentProblems(zones, globalZones, index),
    ...endpointProblems(zones, index),
  ]);
}

/** The masters' zone: the one without a parent. */
export function rootZone<Z extends ZoneNode>(zones: readonly Z[]): Z {
  const root = zones.find(({ parent }) => parent === undefined);
  if (root === undefined) throw new Error("A tree of zones without a root was not refused.");
  return root;
}

/** Every zone below the one of this name, parents before their children. */
export function zonesBelow<Z extends ZoneNode>(zones: readonly Z[], name: string): readonly Z[] {
  const children = zones.filter(({ parent }) => parent === name);
  return children.flatMap((child) => [child, ...zonesBelow(zones, child.name)]);
}

/** What a zone is to the tree: nothing in its configuration differs by it. */
export function zoneRole(zones: readonly ZoneNode[], { name, parent }: ZoneNode): "master" | "satellite" | "agent" {
  if (parent === undefined) return "master";
  return zones.some((other) => other.parent === name) ? "satellite" : "agent";
}

function nameProblems(zones: readonly ZoneNode[], globalZones: readonly string[], index: number): ZoneProblem[] {
  const { name } = zones[index] ?? { name: "" };
  if (zones.findIndex((other) => other.name === name) < index) {
    return [{ zone: index, field: "name", reason: `zone ${name} is declared twice` }];
  }
  return globalZones.includes(name)
    ? [{ zone: index, field: "name", reason: `zone ${name} is declared as a global zone too` }]
    : [];
}

function parentProblems(zones: readonly ZoneNode[], globalZones: readonly string[], index: number): ZoneProblem[] {
  const problem = (reason: string): ZoneProblem[] => [{ zone: index, field: "parent", reason }];
  const { name, parent } = zones[index] ?? { name: "" };
  if (parent === undefined) {
    const root = zones.findIndex((other) => other.parent === undefined);
    return root === index ? [] : problem(`zone ${name} needs a parent: ${zones[root]?.name} is the masters' zone`);
  }
  if (globalZones.includes(parent)) return problem(`${parent} is a global zone, which is nobody's parent`);
  if (!zones.some((other) => other.name === parent)) return problem(`there is no zone ${parent}`);
  const cycle = cycleFrom(zones, name);
  return cycle === undefined ? [] : problem(`zones form a cycle: ${cycle.join(" → ")}`);
}

/** The way from a zone up to itself, or `undefined`. */
function cycleFrom(zones: readonly ZoneNode[], start: string): readonly string[] | undefined {
  const path = [start];
  for (;;) {
    const above = zones.find(({ name }) => name === path.at(-1))?.parent;
    if (above === undefined) return undefined;
    if (above === start) return [...path, above];
    // A cycle further up is told where it is.
    if (path.includes(above)) return undefined;
    path.push(above);
  }
}

function endpointProblems(zones: readonly ZoneNode[], index: number): ZoneProblem[] {
  const { name, endpoints } = zones[index] ?? { name: "", endpoints: [] };
  const problem = (reason: string, endpoint?: number): ZoneProblem => ({
    zone: index,
    field: "endpoints",
    ...(endpoint === undefined ? {} : { endpoint }),
    reason,
  });
  return [
    ...(endpoints.length === 0 ? [problem(`zone ${name} has no endpoint`)] : []),
    ...(endpoints.length > MOST_ENDPOINTS
      ? [problem(`zone ${name} has ${endpoints.length} endpoints: Icinga supports two at most`)]
      : []),
    ...endpoints.flatMap((endpoint, place) =>
      endpoint.name.length > COMMON_NAME_LIMIT
        ? [
            problem(
              `endpoint ${endpoint.name} is longer than ${COMMON_NAME_LIMIT} characters: its certificate holds it`,
              place,
            ),
          ]
        : [],
    ),
    ...endpoints.flatMap((endpoint, place) => {
      const holder = zones.find(({ endpoints: others }, zone) =>
        others.some((other, at) => other.name === endpoint.name && (zone < index || (zone === index && at < place))),
      );
      return holder === undefined
        ? []
        : [problem(`endpoint ${endpoint.name} is in zone ${holder.name} already`, place)];
    }),
  ];
}
