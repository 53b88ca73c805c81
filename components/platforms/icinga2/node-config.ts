import type { EndpointSettings, Icinga2Args, IdoSettings, ZoneSettings } from "./args";
import { renderConstant, renderObject } from "./config-syntax";
import { IDO_CA } from "./paths";

/**
 * `constants.conf`. The plugins' folders are the package's own, which the template library refers to.
 *
 * @param ticketSalt of the signing master alone: who has it makes tickets for every name
 */
export function constantsConfig(
  node: Pick<EndpointSettings, "name">,
  zone: Pick<ZoneSettings, "name">,
  pluginDirectory: string,
  ticketSalt?: string,
): string {
  return [
    ...["PluginDir", "ManubulonPluginDir", "PluginContribDir"].map((name) => renderConstant(name, pluginDirectory)),
    renderConstant("NodeName", node.name),
    renderConstant("ZoneName", zone.name),
    ...(ticketSalt === undefined ? [] : [renderConstant("TicketSalt", ticketSalt)]),
  ].join("");
}

/**
 * `api.conf`. A node takes configuration and commands from the zone above and from its equal, of which a single master
 * has none.
 */
export function apiConfig(
  { host, port }: Pick<EndpointSettings, "host" | "port">,
  zone: Pick<ZoneSettings, "parent" | "endpoints">,
  bind: Icinga2Args["bind"],
  signs: boolean,
): string {
  const accepts = zone.parent !== undefined || zone.endpoints.length > 1;
  return renderObject("ApiListener", "api", {
    bind_host: bind === "address" ? host.address : undefined,
    bind_port: port === DEFAULT_PORT ? undefined : port,
    accept_config: accepts,
    accept_commands: accepts,
    ticket_salt: signs ? { constant: "TicketSalt" } : undefined,
  });
}

export const DEFAULT_PORT = 5665;

const FEATURES = {
  checker: renderObject("CheckerComponent", "checker", {}),
  notification: renderObject("NotificationComponent", "notification", {}),
} as const;

/** A feature's file. The package enables both everywhere: one that is not wanted is a file without an object. */
export function featureConfig(feature: keyof typeof FEATURES, enabled: boolean): string {
  return enabled ? FEATURES[feature] : `// The feature ${feature} is not enabled on this node.\n`;
}

export interface IdoLogin {
  readonly host: string;
  readonly password: string;
}

/** `ido-pgsql.conf`, the same on both masters: one of them writes, the other takes over. */
export function idoConfig(
  { port, user, database, sslmode, failoverTimeout }: IdoSettings,
  { host, password }: IdoLogin,
): string {
  return renderObject("IdoPgsqlConnection", "ido-pgsql", {
    host,
    port,
    user,
    password,
    database,
    ssl_mode: sslmode,
    ssl_ca: IDO_CA,
    enable_ha: true,
    failover_timeout: { duration: failoverTimeout },
  });
}
