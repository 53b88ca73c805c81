import { hostKeyOf, parseHostKeys } from "../host-keys";
import { listOf } from "./questions";

export interface NewHost {
  readonly name: string;
  readonly address: string;
  /** Of its SSH server. @default 22 */
  readonly port?: number;
  readonly fqdn?: string;
  readonly hostKey: string;
}

/**
 * Hosts as `name=address` or `name=address=DNS-name`, with their keys of a file as ssh-keyscan prints them. An address with
 * a port, where that is not 22, is as there: `10.1.0.11:2222`, `[10.1.0.11]:2222`, `[fd00::1]:2222`.
 *
 * @throws Error naming the entry or the host, and what to do
 */
export function newHosts(answer: string, knownHosts: string, file: string): readonly NewHost[] {
  const keys = parseHostKeys(knownHosts);
  return listOf(answer).map((entry) => {
    const [name = "", place = "", fqdn, ...rest] = entry.split("=");
    if (name === "" || place === "" || rest.length > 0) {
      throw new Error(`--hosts: "${entry}" is not name=address or name=address=DNS-name`);
    }
    const called = { name, ...addressOf(place), ...(fqdn === undefined ? {} : { fqdn }) };
    const hostKey = hostKeyOf(keys, called);
    if (hostKey === undefined) {
      const { address, port } = called;
      const scan = `ssh-keyscan ${port === undefined ? "" : `-p ${port} `}-t ed25519 ${address} >> ${file}`;
      throw new Error(`--known-hosts: ${file} has no key of ${name}: ${scan}, and compare it with what the host says`);
    }
    return { ...called, hostKey };
  });
}

function addressOf(place: string): { readonly address: string; readonly port?: number } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(place) ?? [];
  return port === undefined ? { address: place } : { address: bracketed ?? plain ?? "", port: Number(port) };
}
