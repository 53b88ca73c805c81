import { type SubjectAlternativeNames, holdsName, namesFor } from "../../pki";
import type { EndpointSettings, ZoneSettings } from "./args";
import { renderObject } from "./config-syntax";
import { zonesBelow } from "./zone-tree";

/**
 * `zones.conf` of one node. It knows its own zone, the one above and all below, as those are whom it exchanges messages
 * with or passes them on for; and it dials exactly those whose `host` it is told.
 */
export function zonesConfig(
  zones: readonly ZoneSettings[],
  globalZones: readonly string[],
  own: ZoneSettings,
  node: Pick<EndpointSettings, "name">,
): string {
  const above = zones.filter(({ name }) => name === own.parent);
  const parts = [...above, own, ...zonesBelow(zones, own.name)].flatMap((zone) => [
    ...zone.endpoints.map((endpoint) => endpointObject(endpoint, isDialled(own, node, zone, endpoint))),
    renderObject("Zone", zone.name, {
      endpoints: zone.endpoints.map(({ name }) => name),
      // What is further up this node does not know.
      parent: above.includes(zone) ? undefined : zone.parent,
    }),
  ]);
  return [...parts, ...globalZones.map((name) => renderObject("Zone", name, { global: true }))].join("\n");
}

/** Whom the node connects to: its equal, and up or down the tree as the lower one of both says. */
function isDialled(
  own: ZoneSettings,
  node: Pick<EndpointSettings, "name">,
  zone: ZoneSettings,
  endpoint: EndpointSettings,
): boolean {
  if (zone.name === own.name) return endpoint.name !== node.name;
  if (zone.name === own.parent) return own.endpoints.some((each) => each.name === node.name && dialsUp(each));
  return zone.parent === own.name && isDialledDown(endpoint);
}

/** What somebody dials and does not find in the certificate that is placed there; empty when all is found. */
export function dialProblems(
  zones: readonly ZoneSettings[],
): readonly { endpoint: EndpointSettings; reason: string }[] {
  const fromBelow = new Set(zones.filter(({ endpoints }) => endpoints.some(dialsUp)).map(({ parent }) => parent));
  return zones.flatMap((zone) =>
    zone.endpoints
      .filter(
        (endpoint) =>
          zone.endpoints.length > 1 ||
          fromBelow.has(zone.name) ||
          (zone.parent !== undefined && isDialledDown(endpoint)),
      )
      .filter((endpoint) => endpoint.certificate === "placed" && !holdsName(namesOf(endpoint), endpoint.dial))
      .map((endpoint) => ({
        endpoint,
        reason: `${endpoint.dial} is dialled, and the certificate of ${endpoint.name} does not hold it`,
      })),
  );
}

/** What the certificate of a node holds. Its own name has to be there: others refuse a list without it. */
export function namesOf({ name, names }: Pick<EndpointSettings, "name" | "names">): SubjectAlternativeNames {
  return namesFor([name, ...names]);
}

/** Whether a node connects to those of the zone above. */
function dialsUp({ connection }: Pick<EndpointSettings, "connection">): boolean {
  return connection !== "parent";
}

/** Whether those of the zone above connect to a node. */
function isDialledDown({ connection }: Pick<EndpointSettings, "connection">): boolean {
  return connection !== "child";
}

function endpointObject({ name, dial, port }: EndpointSettings, dialled: boolean): string {
  return renderObject("Endpoint", name, dialled ? { host: dial, port } : {});
}
