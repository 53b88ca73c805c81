import { PathClaims } from "../../../components/hosts";
import type { CertificateWay, Connection, EndpointSettings, Icinga2Args } from "../../../components/platforms/icinga2";
import { Lifetime } from "../../../components/pki";
import { hostAt } from "../common-args";

export function endpoint(name: string, last: number, change: Partial<EndpointSettings> = {}): EndpointSettings {
  const host = hostAt(name, last);
  const { address } = host;
  const placed = { certificate: "placed" as CertificateWay, connection: "child" as Connection };
  return { name, host, dial: address, port: 5665, names: [name, address], ...placed, ...change };
}

const features = { checker: true, notification: false };

/** Two masters, a satellite zone of two, and three agents that come to their certificates in three ways. */
export function icinga2Args(change: Partial<Icinga2Args> = {}): Icinga2Args {
  const agent = (own: EndpointSettings) => ({ name: own.name, parent: "europe", endpoints: [own], ...features });
  return {
    claims: new PathClaims(),
    certificates: {
      authorityKeyAlgorithm: "RSA-4096",
      keyAlgorithm: "RSA-2048",
      authorityLifetime: Lifetime.years(15),
      lifetime: Lifetime.days(397),
      renewBefore: Lifetime.days(60),
    },
    zones: [
      {
        name: "master",
        endpoints: [endpoint("master1", 11), endpoint("master2", 12)],
        checker: true,
        notification: true,
      },
      { name: "europe", parent: "master", endpoints: [endpoint("sat1", 21), endpoint("sat2", 22)], ...features },
      agent(endpoint("agent1", 31)),
      agent(endpoint("agent2", 32, { certificate: "ticket", connection: "both" })),
      agent(endpoint("agent3", 33, { certificate: "authority", connection: "parent" })),
    ],
    globalZones: ["global-templates"],
    signingMaster: "master1",
    bind: "all",
    pluginDirectory: "/usr/lib/nagios/plugins",
    account: { user: "nagios", group: "nagios" },
    unit: "icinga2",
    ido: {
      host: { ...endpoint("db1", 41).host, fqdn: "db1.example.net" },
      port: 5432,
      directory: "/etc/postgresql/15/main",
      unit: "postgresql",
      database: "icinga2",
      user: "icinga2",
      reader: "icingaweb",
      schema: "managed",
      schemaFile: "/usr/share/icinga2-ido-pgsql/schema/pgsql.sql",
      clients: [],
      sslmode: "verify-full",
      failoverTimeout: "60s",
      server: { kind: "own", bind: "address" },
    },
    ...change,
  };
}
