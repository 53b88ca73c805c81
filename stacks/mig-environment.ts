import { z } from "zod";

import { whitelistProblem } from "../components/platforms/mig/whitelist";
import { authoritySettings } from "./authority";
import {
  absolutePath,
  accountName,
  address,
  dialled,
  duration,
  hostName,
  network,
  port,
  seconds,
  unitName,
} from "./environment-fields";
import { agentBuild, agents } from "./mig-agents-environment";

const bind = z.enum(["all", "address"]);

const relay = z
  .strictObject({
    /** Nodes of the broker, by name. */
    hosts: z.array(hostName).min(1),
    /** The RabbitMQ series. */
    generation: z.literal([3, 4]).default(3),
    bind: bind.default("all"),
    /** What everyone dials, when it is not the first host. */
    endpoint: dialled.optional(),
    /** A node's name in Erlang, with the `{name}` or `{fqdn}` of its host. */
    nodeName: z
      .string()
      .regex(/^[a-z][A-Za-z0-9_]*@\{(name|fqdn)\}$|^\{name\}@\{(name|fqdn)\}$/, "is not a name as rabbit@{name}")
      .default("rabbit@{name}"),
    /** Which queues are mirrored, on RabbitMQ 3. Left out: those of exchange mig. */
    mirrored: z.array(z.enum(["mig", "migevent"])).optional(),
    /** Left out: declared when there are several hosts. */
    erlangCookie: z.boolean().optional(),
    redirect443: z
      .union([z.boolean(), z.strictObject({ interface: z.string().regex(/^[A-Za-z0-9._-]{1,15}$/) })])
      .default(false),
    maxFiles: z.number().int().min(1024).default(102_400),
  })
  .superRefine(({ hosts, generation, mirrored, erlangCookie }, context) => {
    if (generation === 4 && mirrored !== undefined && mirrored.length > 0) {
      const message = "RabbitMQ 4 has no mirrored queues: leave it out, queues are quorum queues there";
      context.addIssue({ code: "custom", path: ["mirrored"], message });
    }
    if (hosts.length > 1 && erlangCookie === false) {
      const message = "the nodes of a cluster share one cookie: leave it out or say true";
      context.addIssue({ code: "custom", path: ["erlangCookie"], message });
    }
  });

const database = z.strictObject({
  host: hostName,
  port: port.default(5432),
  /** Left out: the lab's, else Debian 12's. */
  directory: absolutePath.optional(),
  unit: unitName.default("postgresql"),
  bind: bind.default("address"),
  schema: z.enum(["managed", "external"]).default("managed"),
  /** Networks that every role may come from, beside the hosts that need it. */
  clients: z.array(network).default([]),
  sslmode: z.enum(["require", "verify-full"]).default("verify-full"),
});

const scheduler = z
  .strictObject({
    /** One, or several that share the work. */
    hosts: z.array(hostName).min(1),
    whitelist: z
      .array(
        z.string().superRefine((entry, context) => {
          const message = whitelistProblem(entry);
          if (message !== undefined) context.addIssue({ code: "custom", message });
        }),
      )
      .default([]),
    agentTimeout: duration.default("20m"),
    heartbeat: duration.default("5m"),
    detectMultiAgents: z.boolean().default(true),
    killDuplicateAgents: z.boolean().default(false),
    collectorInterval: duration.default("60s"),
    periodicInterval: duration.default("87s"),
    deleteAfter: duration.default("72h"),
    queuesCleanupInterval: duration.default("24h"),
    brokerTimeout: duration.default("10m"),
    maxConnections: z.number().int().min(1).default(10),
  })
  .superRefine(({ heartbeat, agentTimeout, brokerTimeout }, context) => {
    for (const [key, value] of Object.entries({ agentTimeout, brokerTimeout })) {
      if (seconds(value) > seconds(heartbeat)) continue;
      context.addIssue({
        code: "custom",
        path: [key],
        message: `${value} is not longer than a heartbeat, ${heartbeat}`,
      });
    }
  });

const api = z.strictObject({
  host: hostName,
  ip: address.default("127.0.0.1"),
  port: port.default(12_345),
  /** Without a path; the reverse proxy before the API. */
  publicUrl: z.string().regex(/^https?:\/\/[^/\s]+$/, "is not a URL as https://api.example.net, without a path"),
  baseRoute: z
    .string()
    .regex(/^(\/[A-Za-z0-9._-]+)+$/, "is not a path as /api/v1")
    .default("/api/v1"),
  /** On as soon as there is an investigator. */
  authentication: z.boolean().default(false),
  tokenDuration: duration.default("10m"),
});

const logging = z
  .strictObject({
    mode: z.enum(["stdout", "file", "syslog"]).default("syslog"),
    level: z.enum(["debug", "info", "warning", "error"]).default("info"),
    file: absolutePath.optional(),
    host: z.string().default("localhost"),
    port: port.default(514),
    protocol: z.enum(["udp", "tcp"]).default("udp"),
    facility: z.string().optional(),
  })
  .superRefine(({ mode, file }, context) => {
    if (mode === "file" && file === undefined)
      context.addIssue({ code: "custom", path: ["file"], message: "is needed where the mode is file" });
  });

export const migSettings = z.strictObject({
  /** Left out: an authority is made for this environment alone. */
  authority: authoritySettings("mig").optional(),
  relay,
  database,
  scheduler,
  api,
  workers: z
    .array(
      z.strictObject({
        host: hostName,
        name: z
          .string()
          .regex(/^[a-z][a-z0-9-]*$/)
          .default("agent-intel"),
      }),
    )
    .default([]),
  agents,
  agentBuild: agentBuild.optional(),
  logging: logging.prefault({}),
  account: z.strictObject({ user: accountName.default("mig"), group: accountName.default("mig") }).prefault({}),
});

export type MigSettings = z.infer<typeof migSettings>;
