import { createHash } from "node:crypto";

import { createRedactor, secretStrings, type Redactor } from "../../base/redact";
import { containsUnknown, isPropertyMap, reveal, type PropertyMap } from "../../base/values";
import { Connections, type Host } from "./connection";

/** How a unit is reloaded and restarted, and what succeeds while it runs. Each takes the unit's name. */
const SERVICE_MANAGERS = {
  systemd: {
    reload: "systemctl reload-or-restart",
    restart: "systemctl restart",
    running: "systemctl is-active --quiet",
  },
  lab: {
    reload: "/usr/local/lib/groundwork/service reload",
    restart: "/usr/local/lib/groundwork/service restart",
    running: "/usr/local/lib/groundwork/service status",
  },
} as const;

export type ServiceManager = (typeof SERVICE_MANAGERS)[keyof typeof SERVICE_MANAGERS];

/** A configured provider. */
export interface Context {
  readonly connections: Connections;
  readonly services: ServiceManager;
  readonly user: string;
  readonly port: number;
  readonly secrets: readonly string[];
}

export function createContext(config: PropertyMap): Context {
  const plain = reveal(config) as PropertyMap;
  const privateKey = plain["privateKey"] === undefined ? undefined : String(plain["privateKey"]);
  return {
    connections: new Connections({ privateKey, maxConnections: Number(plain["maxConnections"] ?? 16) }),
    services: SERVICE_MANAGERS[plain["serviceManager"] === "lab" ? "lab" : "systemd"],
    user: String(plain["user"] ?? "root"),
    port: Number(plain["port"] ?? 22),
    secrets: privateKey === undefined ? [] : [privateKey],
  };
}

/** @throws Error for a resource that is read by its id alone */
export function hostOf(context: Context, id: string, inputs: PropertyMap | undefined): Host {
  const host = reveal(inputs?.["host"] ?? null);
  if (!isPropertyMap(host)) {
    throw new Error(`${id} cannot be imported: declare it, and let up place it (with adopt for files that exist).`);
  }
  const [type = "", base64 = ""] = String(host["hostKey"]).trim().split(" ");
  return {
    name: String(host["name"]),
    address: String(host["address"]),
    port: Number(host["port"] ?? context.port),
    user: String(host["user"] ?? context.user),
    hostKey: `${type} ${base64}`,
  };
}

export function idOnHost(urn: string, name: string, inputs: PropertyMap): string {
  const host = reveal(inputs["host"] ?? null);
  return isPropertyMap(host) && !containsUnknown(host["name"] ?? null) ? idAt(String(host["name"]), urn, name) : "";
}

/** The digest keeps stacks apart that share a host. */
export function idAt(place: string, urn: string, name: string): string {
  return `${place}:${name}-${createHash("sha256").update(urn).digest("hex").slice(0, 12)}`;
}

/** Of a secret with several lines, each line is taken out too: an error may quote one. */
export function redactorFor(context: Context, inputs: PropertyMap): Redactor {
  const secrets = [...context.secrets, ...secretStrings(inputs)];
  return createRedactor(secrets.flatMap((secret) => [secret, ...secret.split("\n").filter((line) => line.length > 7)]));
}
