import { hostKeyOf, parseHostKeys } from "../host-keys";
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
  const keys = parseHostKeys(knownHosts);
  return listOf(answer).map((entry) => {
    const [name = "", address = "", fqdn, ...rest] = entry.split("=");
    if (name === "" || address === "" || rest.length > 0) {
      throw new Error(`--hosts: "${entry}" is not name=address or name=address=DNS-name`);
    }
    const called = { name, address, ...(fqdn === undefined ? {} : { fqdn }) };
    const hostKey = hostKeyOf(keys, called);
    if (hostKey === undefined) {
      throw new Error(
        `--known-hosts: ${file} has no key of ${name}: ssh-keyscan -t ed25519 ${address} >> ${file}, and compare it with what the host says`,
      );
    }
    return { ...called, hostKey };
  });
}
