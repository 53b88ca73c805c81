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
  const tree = new Map([...zones].reverse().map((zone) => [zone.name, zone]));
  /** By the name of an endpoint, the first zone that has it. */
  const holders = new Map<string, string>();
  return zones.flatMap((zone, index) => [
    ...nameProblems(tree, globalZones, zone, index),
    ...parentProblems(zones, tree, globalZones, zone, index),
    ...endpointProblems(holders, zone, index),
  ]);
}

/** Zones by name: of those that share one, the first. */
type Tree = ReadonlyMap<string, ZoneNode>;

/** The masters' zone: the one without a parent. */
export function rootZone<Z extends ZoneNode>(zones: readonly Z[]): Z {
  const root = zones.find(({ parent }) => parent === undefined);
  if (root === undefined) throw new Error("A tree of zones without a root was not refused.");
  return root;
}

/** Every zone below the one of this name, parents before their children. */
export function zonesBelow<Z extends ZoneNode>(zones: readonly Z[], name: string): readonly Z[] {
  const children = new Map<string | undefined, Z[]>();
  for (const zone of zones) {
    const siblings = children.get(zone.parent);
    if (siblings === undefined) children.set(zone.parent, [zone]);
    else siblings.push(zone);
  }
  const below = (parent: string): readonly Z[] =>
    (children.get(parent) ?? []).flatMap((child) => [child, ...below(child.name)]);
  return below(name);
}

/** What a zone is to the tree: nothing in its configuration differs by it. */
export function zoneRole(zones: readonly ZoneNode[], { name, parent }: ZoneNode): "master" | "satellite" | "agent" {
  if (parent === undefined) return "master";
  return zones.some((other) => other.parent === name) ? "satellite" : "agent";
}

function nameProblems(tree: Tree, globalZones: readonly string[], zone: ZoneNode, index: number): ZoneProblem[] {
  const { name } = zone;
  const problem = (reason: string): ZoneProblem[] => [{ zone: index, field: "name", reason }];
  if (tree.get(name) !== zone) return problem(`zone ${name} is declared twice`);
  return globalZones.includes(name) ? problem(`zone ${name} is declared as a global zone too`) : [];
}

function parentProblems(
  zones: readonly ZoneNode[],
  tree: Tree,
  globalZones: readonly string[],
  zone: ZoneNode,
  index: number,
): ZoneProblem[] {
  const { name, parent } = zone;
  const problem = (reason: string): ZoneProblem[] => [{ zone: index, field: "parent", reason }];
  if (parent === undefined) {
    const root = zones.find((other) => other.parent === undefined);
    return root === zone ? [] : problem(`zone ${name} needs a parent: ${root?.name} is the masters' zone`);
  }
  if (globalZones.includes(parent)) return problem(`${parent} is a global zone, which is nobody's parent`);
  if (!tree.has(parent)) return problem(`there is no zone ${parent}`);
  const cycle = cycleFrom(tree, name);
  return cycle === undefined ? [] : problem(`zones form a cycle: ${cycle.join(" → ")}`);
}

/** The way from a zone up to itself, or `undefined`. */
function cycleFrom(tree: Tree, start: string): readonly string[] | undefined {
  const path = new Set([start]);
  for (let at = start; ;) {
    const above = tree.get(at)?.parent;
    if (above === undefined) return undefined;
    if (above === start) return [...path, above];
    // A cycle further up is told where it is.
    if (path.has(above)) return undefined;
    path.add(above);
    at = above;
  }
}

/** @param holders of endpoints' names in the zones before, and from now on in this one */
function endpointProblems(holders: Map<string, string>, { name, endpoints }: ZoneNode, index: number): ZoneProblem[] {
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
      const holder = holders.get(endpoint.name);
      if (holder !== undefined) return [problem(`endpoint ${endpoint.name} is in zone ${holder} already`, place)];
      holders.set(endpoint.name, name);
      return [];
    }),
  ];
}
