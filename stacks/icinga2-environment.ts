import { z } from "zod";

import { Lifetime } from "../components/pki";
import { DEFAULT_PORT, SCHEMA_FILE, authorityKeyProblem } from "../components/platforms/icinga2";
import { authoritySettings } from "./authority";
import { AUTHORITY_LIMIT, LEAF_LIMIT, refuseLifetimes } from "./certificates";
import {
  absolutePath,
  accountName,
  certifiedName,
  dialled,
  dialledName,
  duration,
  hostName,
  lifetime,
  network,
  port,
  seconds,
  secretKey,
  unitName,
} from "./environment-fields";

const KEY_ALGORITHMS = ["RSA-4096", "RSA-2048", "ECDSA-P256", "ECDSA-P384"] as const;
/** When the daemon renews a certificate by itself, with the authority's key on the signing master. */
const DAEMON_RENEWS = Lifetime.days(30);

/** The daemon's own values. They are this platform's: those of the environment are for others. */
const certificates = z
  .strictObject({
    authorityKeyAlgorithm: z
      .enum(KEY_ALGORITHMS)
      .superRefine((algorithm, context) => {
        const message = authorityKeyProblem(algorithm);
        if (message !== undefined) context.addIssue({ code: "custom", message });
      })
      .default("RSA-4096"),
    /** Of nodes. */
    keyAlgorithm: z.enum(KEY_ALGORITHMS).default("RSA-2048"),
    authorityLifetime: lifetime(AUTHORITY_LIMIT, "nobody will know then where its key is").prefault("15y"),
    lifetime: lifetime(LEAF_LIMIT, "there are verifiers that refuse such certificates").prefault("397d"),
    renewBefore: lifetime(LEAF_LIMIT, "certificates live shorter").prefault("60d"),
  })
  .superRefine((settings, context) => {
    refuseLifetimes(settings, context);
    if (settings.renewBefore.isLongerThan(DAEMON_RENEWS)) return;
    const message = `${settings.renewBefore} is not longer than ${DAEMON_RENEWS}, when the daemon renews by itself`;
    context.addIssue({ code: "custom", path: ["renewBefore"], message });
  });

/** Endpoints, zones and databases are named in configuration files and paths. */
const zoneName = z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/, "is not a name of a zone");
const sqlName = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, "is not a name in PostgreSQL: use small letters");
const roleName = sqlName.refine((name) => !/^(pg_.*|public|none)$/.test(name), {
  error: "is a name that PostgreSQL keeps",
});
const databaseName = sqlName.refine((name) => !/^(postgres|template[01])$/.test(name), {
  error: "is a database of the server's own: name another one",
});

const certificateWay = z.enum(["placed", "ticket", "authority"]);
const connection = z.enum(["child", "parent", "both"]);

const nodeFields = {
  port: port.default(DEFAULT_PORT),
  /** Left out: placed. */
  certificate: certificateWay.default("placed"),
  /** Who opens the connection to the zone above. Left out: the child; the parent for a node with the authority alone. */
  connection: connection.optional(),
};

const endpoint = z.strictObject({
  host: hostName,
  /** Its NodeName. Left out: the host's fqdn, else its name. */
  name: dialledName.optional(),
  /** What others dial. Left out: the host's fqdn, else its address. */
  dial: dialled.optional(),
  /** What its certificate holds beside its name. Left out: all that the host is called, and what is dialled. */
  names: z.array(certifiedName).optional(),
  ...nodeFields,
});

const zone = z.strictObject({
  name: zoneName,
  /** The zone above. The masters' zone has none. */
  parent: zoneName.optional(),
  endpoints: z.array(endpoint).min(1),
  checker: z.boolean().default(true),
  /** Left out: on masters alone. */
  notification: z.boolean().optional(),
});

/** Agents: each host is a zone of its own that has its endpoint's name. */
const agents = z.strictObject({
  parent: zoneName,
  hosts: z.array(hostName).min(1),
  checker: z.boolean().default(true),
  ...nodeFields,
});

const ido = z
  .strictObject({
    /** The PostgreSQL server. Beside MIG it is MIG's, set up by it and with a certificate of its authority. */
    host: hostName,
    port: port.default(5432),
    /** What masters dial in place of the host. */
    endpoint: dialled.optional(),
    /** Left out: the lab's, else Debian 12's. Beside MIG this, `unit` and `bind` are in MIG's section. */
    directory: absolutePath.optional(),
    /** Left out: postgresql. */
    unit: unitName.optional(),
    /** Left out: address. */
    bind: z.enum(["all", "address"]).optional(),
    database: databaseName.default("icinga2"),
    user: roleName.default("icinga2"),
    /** Where the schema is external: the password that the user has, a secret configuration key. */
    password: secretKey.optional(),
    /** A role that reads everything, for Icinga Web. */
    reader: roleName.optional(),
    schema: z.enum(["managed", "external"]).default("managed"),
    schemaFile: absolutePath.default(SCHEMA_FILE),
    /** Networks that the roles may come from, beside the masters. */
    clients: z.array(network).default([]),
    sslmode: z.enum(["require", "verify-full"]).default("verify-full"),
    failoverTimeout: duration
      .refine((text) => seconds(text) >= 30, { error: "is less than 30s, which the daemon refuses" })
      .default("60s"),
  })
  .superRefine(({ schema, password, user, reader }, context) => {
    if (schema === "external" && password === undefined) {
      const message = "is needed where the schema is external: the user is there already";
      context.addIssue({ code: "custom", path: ["password"], message });
    }
    if (schema === "managed" && password !== undefined) {
      const message = "is made here where the schema is managed: leave it out";
      context.addIssue({ code: "custom", path: ["password"], message });
    }
    if (reader === user) {
      context.addIssue({ code: "custom", path: ["reader"], message: `${reader} is the user: name another role` });
    }
  });

export const icinga2Settings = z.strictObject({
  /** Left out: an authority is made for this environment alone. */
  authority: authoritySettings("icinga2").optional(),
  /** The tree of zones: masters, satellites, and agents that need a zone written out. */
  zones: z.array(zone).min(1),
  agents: z.array(agents).default([]),
  /** Zones whose configuration every node gets. */
  globalZones: z.array(zoneName).default(["global-templates", "director-global"]),
  /** The host whose node signs requests. Left out: the first of the masters' zone. */
  signingMaster: hostName.optional(),
  certificates: certificates.prefault({}),
  /** Where the API listens. */
  bind: z.enum(["all", "address"]).default("all"),
  pluginDirectory: absolutePath.default("/usr/lib/nagios/plugins"),
  account: z.strictObject({ user: accountName.default("nagios"), group: accountName.default("nagios") }).prefault({}),
  unit: unitName.default("icinga2"),
  /** The masters' central database. */
  ido: ido.optional(),
});

export type Icinga2Settings = z.infer<typeof icinga2Settings>;
