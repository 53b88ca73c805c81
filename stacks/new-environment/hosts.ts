import { listOf } from "./questions";

export interface NewHost {
  readonly name: string;
  readonly address: string;
  readonly fqdn?: string;
  readonly hostKey: string;
}

/**
 * Hosts as `name=address` or `name=address=DNS-name`, with their keys of a file as ssh-keyscan prints them.
 *
 * @throws Error naming the entry or the host, and what to do
 */
export function newHosts(answer: string, knownHosts: string, file: string): readonly NewHost[] {
  return listOf(answer).map((entry) => {
    const [name = "", address = "", fqdn, ...rest] = entry.split("=");
    if (name === "" || address === "" || rest.length > 0) {
      throw new Error(`--hosts: "${entry}" is not name=address or name=address=DNS-name`);
    }
    const hostKey = keyOf(knownHosts, [address, ...(fqdn === undefined ? [] : [fqdn]), name]);
    if (hostKey === undefined) {
      throw new Error(
        `--known-hosts: ${file} has no key of ${name}: ssh-keyscan -t ed25519 ${address} >> ${file}, and compare it with what the host says`,
      );
    }
    return { name, address, hostKey, ...(fqdn === undefined ? {} : { fqdn }) };
  });
}

/** Types that the environment takes, the best first. */
const TYPES = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa"];

function keyOf(knownHosts: string, names: readonly string[]): string | undefined {
  const keys = knownHosts.split("\n").flatMap((line) => {
    const [hosts = "", type = "", key = ""] = line.trim().split(/\s+/);
    const known = hosts.split(",").map((host) => host.replace(/^\[(.+)\]:\d+$/, "$1"));
    return known.some((host) => names.includes(host)) && TYPES.includes(type) ? [{ type, key }] : [];
  });
  const [best] = keys.sort((a, b) => TYPES.indexOf(a.type) - TYPES.indexOf(b.type));
  return best === undefined ? undefined : `${best.type} ${best.key}`;
}
