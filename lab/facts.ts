import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { utils } from "ssh2";
import { z } from "zod";

import { SUPERUSER } from "./postgresql";
import { makeSshKey } from "./ssh-key";

const hostFacts = z.strictObject({
  address: z.string(),
  port: z.number(),
  /** Type and base64: `ssh-ed25519 AAAA…`. */
  hostKey: z.string(),
});

const labFacts = z.strictObject({
  name: z.string(),
  /** The first three numbers of every address: `127.10.0`. */
  subnet: z.string(),
  /** Who logs in to the hosts, with a key in OpenSSH format. */
  ssh: z.strictObject({ user: z.string(), privateKey: z.string() }),
  hosts: z.record(z.string(), hostFacts),
  /** The management API and the operator's account, an administrator. `host` is the name of the host it runs on. */
  broker: z.strictObject({ endpoint: z.string(), username: z.string(), password: z.string(), host: z.string() }),
  /** PostgreSQL and its superuser; `host` is an address, `version` the major version in Debian's paths. */
  database: z.strictObject({
    host: z.string(),
    port: z.number(),
    username: z.string(),
    password: z.string(),
    version: z.string(),
  }),
});

export type HostFacts = z.infer<typeof hostFacts>;

/** What `lab.json` says: how a program reaches the lab. It holds secrets; the file's mode is 0600. */
export type LabFacts = z.infer<typeof labFacts>;

export type LabSecrets = Pick<LabFacts, "ssh"> & { readonly brokerPassword: string; readonly databasePassword: string };

export const BROKER_OPERATOR = "admin";
export const DATABASE_OPERATOR = SUPERUSER;

export function labFactsFile(directory: string): string {
  return path.join(directory, "lab.json");
}

/** `undefined` when no lab was made in this folder. */
export function readLabFacts(directory: string): LabFacts | undefined {
  const file = labFactsFile(directory);
  if (!existsSync(file)) return undefined;
  try {
    return labFacts.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new Error(`${file} is not what the lab wrote: reset the lab (groundwork lab reset) to make a new one.`);
  }
}

/** Replaces the file as a whole: nobody ever reads half of it. */
export function writeLabFacts(directory: string, facts: LabFacts): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = labFactsFile(directory);
  writeFileSync(`${file}.new`, JSON.stringify(facts, undefined, 2) + "\n", { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Random anew for each lab, then kept in its `lab.json`. */
export function labSecrets(known: LabFacts | undefined): LabSecrets {
  if (known !== undefined) {
    return { ssh: known.ssh, brokerPassword: known.broker.password, databasePassword: known.database.password };
  }
  return {
    ssh: { user: "root", privateKey: makeSshKey().privateKey },
    brokerPassword: randomBytes(18).toString("base64url"),
    databasePassword: randomBytes(18).toString("base64url"),
  };
}

/** The line of `authorized_keys` that belongs to a private key. */
export function authorizedKey(privateKey: string): string {
  const key = utils.parseKey(privateKey);
  if (key instanceof Error) throw new Error(`The lab's SSH key cannot be read: ${key.message}. Reset the lab.`);
  return `${key.type} ${key.getPublicSSH().toString("base64")}`;
}
