import { PathClaims } from "../../../components/hosts";
import type { MigArgs } from "../../../components/platforms/mig";
import { CERTIFICATES, hostAt } from "../common-args";

/** A platform with one host a role, and scheduler, API and worker together. */
export function migArgs(change: Partial<MigArgs> = {}): MigArgs {
  const platform = hostAt("api1", 13);
  return {
    claims: new PathClaims(),
    environment: "test",
    certificates: CERTIFICATES,
    relay: {
      hosts: [hostAt("relay1", 11)],
      generation: 3,
      operator: "admin",
      bind: "address",
      nodeName: "rabbit@{name}",
      mirrored: ["mig"],
      erlangCookie: false,
      maxFiles: 102_400,
    },
    database: {
      host: { ...hostAt("db1", 12), fqdn: "db1.example.net" },
      port: 5432,
      directory: "/etc/postgresql/15/main",
      unit: "postgresql",
      bind: "address",
      schema: "managed",
      clients: [],
      sslmode: "verify-full",
    },
    scheduler: {
      hosts: [platform],
      whitelist: ["linux.agent1.abc"],
      agentTimeout: "20m",
      heartbeat: "5m",
      detectMultiAgents: true,
      killDuplicateAgents: false,
      collectorInterval: "60s",
      periodicInterval: "87s",
      deleteAfter: "72h",
      queuesCleanupInterval: "24h",
      brokerTimeout: "10m",
      maxConnections: 10,
    },
    api: {
      host: platform,
      ip: "127.0.0.1",
      port: 12_345,
      publicUrl: "https://mig.example.net",
      baseRoute: "/api/v1",
      authentication: false,
      tokenDuration: "10m",
    },
    workers: [{ host: platform, name: "agent-intel" }],
    agents: {
      hosts: [hostAt("agent1", 21), hostAt("agent2", 22)],
      certificate: "each",
      heartbeat: "5m",
      moduleTimeout: "300s",
      socket: "127.0.0.1:51664",
      immortal: true,
      installService: true,
      discoverPublicIp: false,
      checkIn: false,
    },
    logging: { mode: "syslog", level: "info", host: "localhost", port: 514, protocol: "udp" },
    account: { user: "mig", group: "mig" },
    ...change,
  };
}
