import type { TlsFiles } from "./config-sections";
import { CONFIG_FILES, WHITELIST } from "./daemon-config";

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

/** Where each role's files are, on every host that has it. */
export function schedulerPaths(): readonly string[] {
  return [CONFIG_FILES.scheduler, WHITELIST, ...Object.values(roleTlsFiles("scheduler"))];
}

export function apiPaths(): readonly string[] {
  return [CONFIG_FILES.api, roleTlsFiles("api").ca];
}

export function workerPaths(name: string): readonly string[] {
  return [workerConfigFile(name), ...Object.values(roleTlsFiles(`worker-${name}`))];
}

export function agentPaths(): readonly string[] {
  return [CONFIG_FILES.agent, ...Object.values(roleTlsFiles("agent"))];
}

export function workerConfigFile(name: string): string {
  return `${CONFIG_DIRECTORY}/${name}-worker.cfg`;
}
