import { z } from "zod";

import { hostNames } from "../components/hosts";
import { holdsName, namesFor } from "../components/pki";
import type { Environment } from "./environment";
import { dialled, secretKey } from "./environment-fields";
import type { Problem } from "./problems";
import { type NameClaim, type Sections, databaseServer, needsBroker } from "./section";

/** How the operator reaches servers and hosts; passwords are names of secret configuration keys. */
export const operators = z.strictObject({
  ssh: z
    .strictObject({ user: z.string().min(1).default("root"), privateKey: secretKey.default("sshPrivateKey") })
    .prefault({}),
  /** Needed by platforms that have a broker. */
  broker: z
    .strictObject({
      endpoint: z
        .string()
        .regex(
          /^https:\/\/[^\s/]+$|^http:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/,
          "is not https://host:port; http is for loopback alone, as behind an SSH forward",
        ),
      username: z.string().min(1).default("admin"),
      password: secretKey.default("brokerAdminPassword"),
      /** CA certificate of the management API. */
      cacertFile: z.string().optional(),
    })
    .optional(),
  /** Used by platforms that have a database. */
  database: z
    .strictObject({
      /** Left out: the database's host. */
      host: dialled.optional(),
      username: z.string().min(1).default("postgres"),
      password: secretKey.default("databaseAdminPassword"),
      sslmode: z.enum(["require", "verify-ca", "verify-full"]).default("require"),
      sslrootcert: z.string().optional(),
      superuser: z.boolean().default(true),
    })
    .prefault({}),
});

/** The accounts that operators log in with, which exist before: no platform can make them. */
export function operatorAccounts(
  declared: z.infer<typeof operators> | undefined,
  sections: Sections,
): readonly NameClaim[] {
  if (declared === undefined) return [];
  const { broker, database } = declared;
  const path = (server: string) => ["operators", server, "username"];
  return [
    ...(broker !== undefined && needsBroker(sections)
      ? [{ kind: "broker user", name: broker.username, path: path("broker") } as const]
      : []),
    ...(databaseServer(sections) === undefined
      ? []
      : [{ kind: "database role", name: database.username, path: path("database") } as const]),
  ];
}

/** The name by which the operator verifies a server whose certificate is made here. */
export function operatorDialProblems(
  { operators: declared, hosts }: Pick<Environment, "operators" | "hosts">,
  sections: Sections,
): readonly Problem[] {
  const { host: dials, sslmode } = declared?.database ?? {};
  const server = databaseServer(sections);
  const host = hosts.find(({ name }) => name === server?.host);
  if (dials === undefined || sslmode !== "verify-full" || server === undefined || host === undefined) return [];
  const { name, address, fqdn } = host;
  const held = hostNames(fqdn === undefined ? { name, address } : { name, address, fqdn });
  if (holdsName(namesFor([...held, ...(server.names ?? [])]), dials)) return [];
  const reason = `${dials} is dialled, and the certificate of ${name} does not hold it: leave it out, or say verify-ca`;
  return [{ path: ["operators", "database", "host"], reason }];
}
