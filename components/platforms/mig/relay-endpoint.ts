import { dialName } from "../../hosts";
import { HTTPS_PORT } from "./amqps-redirect";
import type { RelaySettings } from "./args";
import { AMQPS_PORT } from "./relay-files";

/** What everyone dials. */
export function relayEndpoint({ endpoint, hosts: [first] }: RelaySettings): string {
  return endpoint ?? dialName(first);
}

/** The port that agents dial. */
export function agentPort(settings: RelaySettings): number {
  return settings.redirect === undefined ? AMQPS_PORT : HTTPS_PORT;
}
