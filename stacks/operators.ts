import { z } from "zod";

import { address, dnsName, secretKey } from "./environment-fields";

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
      host: z.union([dnsName, address]).optional(),
      username: z.string().min(1).default("postgres"),
      password: secretKey.default("databaseAdminPassword"),
      sslmode: z.enum(["require", "verify-ca", "verify-full"]).default("require"),
      sslrootcert: z.string().optional(),
      superuser: z.boolean().default(true),
    })
    .prefault({}),
});
