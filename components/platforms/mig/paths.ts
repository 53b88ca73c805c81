import type { TlsFiles } from "./daemon-config";

export const CONFIG_DIRECTORY = "/etc/mig";

/** One folder a role, so that roles on one host do not share keys. Names as in MIG's documentation of the scheduler. */
export function roleDirectory(role: string): string {
  return `${CONFIG_DIRECTORY}/${role}`;
}

export function roleTlsFiles(role: string): TlsFiles {
  const directory = roleDirectory(role);
  return {
    ca: `${directory}/cacert.pem`,
    certificate: `${directory}/${role}-amqps.pem`,
    key: `${directory}/${role}-amqps-key.pem`,
  };
}
