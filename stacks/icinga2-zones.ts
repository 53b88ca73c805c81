import { type Host, dialName, hostNames } from "../components/hosts";
import type { EndpointSettings, ZoneSettings } from "../components/platforms/icinga2";
import type { Icinga2Settings } from "./icinga2-environment";
import type { Path } from "./problems";

/** A zone as the component takes it, and where in the section it and its endpoints are written. */
export interface WrittenZone {
  readonly zone: ZoneSettings;
  readonly path: { readonly name: Path; readonly parent: Path; readonly endpoints: Path };
  /** The host of each endpoint. */
  readonly hosts: readonly Path[];
}

/** The whole tree, agents among it. */
export function writtenZones(
  { zones, agents }: Pick<Icinga2Settings, "zones" | "agents">,
  host: (name: string) => Host,
): readonly WrittenZone[] {
  return [
    ...zones.map((zone, index): WrittenZone => {
      const path = ["zones", index];
      const { name, parent, checker, notification = parent === undefined } = zone;
      const endpoints = zone.endpoints.map((settings) => endpointOf(host(settings.host), settings));
      return {
        zone: { name, parent, endpoints, checker, notification },
        path: { name: [...path, "name"], parent: [...path, "parent"], endpoints: [...path, "endpoints"] },
        hosts: endpoints.map((_, place) => [...path, "endpoints", place, "host"]),
      };
    }),
    ...agents.flatMap(({ hosts, parent, checker, ...settings }, index) =>
      hosts.map((name, place): WrittenZone => {
        const endpoint = endpointOf(host(name), settings);
        const at = ["agents", index, "hosts", place];
        return {
          zone: { name: endpoint.name, parent, endpoints: [endpoint], checker, notification: false },
          path: { name: at, parent: ["agents", index, "parent"], endpoints: at },
          hosts: [at],
        };
      }),
    ),
  ];
}

type WrittenEndpoint = Pick<Icinga2Settings["zones"][number]["endpoints"][number], "port" | "certificate"> &
  Partial<Omit<Icinga2Settings["zones"][number]["endpoints"][number], "host">>;

function endpointOf(host: Host, settings: WrittenEndpoint): EndpointSettings {
  const { certificate, port, connection } = settings;
  const name = settings.name ?? host.fqdn ?? host.name;
  const dial = settings.dial ?? dialName(host);
  return {
    name,
    host,
    dial,
    port,
    certificate,
    names: settings.names ?? [...hostNames(host), dial],
    connection: connection ?? (certificate === "authority" ? "parent" : "child"),
  };
}
