import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import type { Host } from "../components/hosts";

/** Public host keys by what a host is called in a file of OpenSSH's known_hosts. */
export type HostKeys = ReadonlyMap<string, string>;

/** The order in which keys of one host are preferred. */
const TYPES = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa"];

/**
 * Reads what `ssh-keyscan` prints, and known_hosts with it. Source: OpenSSH, sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT".
 *
 * @throws Error naming the line, for hashed names and for markers, which say nothing about one host
 */
export function parseHostKeys(text: string): HostKeys {
  const keys = new Map<string, string>();
  text.split("\n").forEach((line, index) => {
    if (/^\s*(#|$)/.test(line)) return;
    const [names = "", type = "", key = ""] = line.trim().split(/\s+/);
    const number = index + 1;
    if (names.startsWith("|")) throw new Error(`line ${number} has hashed names: take the output of ssh-keyscan`);
    if (!TYPES.includes(type) || !/^[A-Za-z0-9+/]+={0,2}$/.test(key)) {
      throw new Error(`line ${number} is not a host, a key's type and the key, as ssh-keyscan prints them`);
    }
    for (const name of names.split(",")) {
      const known = keys.get(name)?.split(" ")[0];
      if (known === undefined || TYPES.indexOf(type) < TYPES.indexOf(known)) keys.set(name, `${type} ${key}`);
    }
  });
  return keys;
}

/** The key of a host by its address, else its fqdn, else its name, with its port where that is not 22. */
export function hostKeyOf(
  keys: HostKeys,
  { address, fqdn, name, port = 22 }: Omit<Host, "hostKey">,
): string | undefined {
  for (const called of [address, fqdn, name]) {
    if (called === undefined) continue;
    const key = keys.get(port === 22 ? called : `[${called}]:${port}`);
    if (key !== undefined) return key;
  }
  return undefined;
}

/**
 * @param path relative to the project
 * @throws Error naming the file, and what to do where it is not there
 */
export function readHostKeys(path: string): HostKeys {
  let text: string;
  try {
    text = readFileSync(resolve(__dirname, "..", path), "utf8");
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === "ENOENT" ? "does not exist" : "cannot be read";
    throw new Error(`${path} ${reason}: make it with ssh-keyscan -t ed25519 HOST…, and compare with the hosts`, {
      cause: error,
    });
  }
  try {
    return parseHostKeys(text);
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
