import type * as pulumi from "@pulumi/pulumi";

import { type Host, HostFiles, type PathClaims, commonNameOf, hostNames } from "../hosts";
import { type CertificateAuthority, type CertificateSettings, NodeCertificate, namesFor } from "../pki";
import {
  ACCOUNT,
  type AccessRule,
  accessFile,
  accessRules,
  serverFiles,
  serverHandlers,
  serverPaths,
  serverSettings,
} from "./server-files";

/** Where a server listens: on every address of its host, or on the one by which the environment knows it. */
export type Bind = "all" | "address";

/** A PostgreSQL server, and who of one platform may come in. */
export interface ServerSettings {
  readonly host: Host;
  /** The cluster's configuration: `/etc/postgresql/15/main`. */
  readonly directory: string;
  /** Its service. */
  readonly unit: string;
  /** Names what is placed for it: `mig`. */
  readonly platform: string;
  readonly database: string;
  readonly rules: readonly AccessRule[];
  readonly claims: PathClaims;
}

export interface ServerTlsSettings {
  readonly authority: CertificateAuthority;
  readonly certificates: CertificateSettings;
  readonly bind: Bind;
  /** What clients dial beside the host's own names. @default nothing else */
  readonly dialled?: readonly string[];
}

/** The server's certificate and its settings for TLS, and the platform's access rules. */
export function declareServer(
  name: string,
  settings: ServerSettings,
  { authority, certificates, bind, dialled = [] }: ServerTlsSettings,
  opts: pulumi.CustomResourceOptions,
): HostFiles {
  const { host, directory, unit, platform, database, rules, claims } = settings;
  const { organization, lifetime, renewBefore, keyAlgorithm } = certificates;
  const certificate = new NodeCertificate(
    name,
    {
      authority,
      subject: { commonName: commonNameOf(host), organization },
      names: namesFor([...hostNames(host), ...dialled]),
      usage: "server",
      lifetime,
      renewBefore,
      keyAlgorithm,
    },
    opts,
  );
  const paths = serverPaths(directory, platform);
  return new HostFiles(
    name,
    {
      host,
      claims,
      directories: [{ path: paths.certificates, owner: ACCOUNT, mode: "0750" }],
      files: [
        ...serverFiles(paths, {
          caPem: authority.certificatePem,
          certificatePem: certificate.certificatePem,
          keyPem: certificate.privateKeyPem,
          settings: serverSettings(paths, bind === "address" ? [host.address] : ["*"]),
        }),
        accessFile(paths, platform, accessRules(database, rules)),
      ],
      handlers: serverHandlers(paths, unit),
    },
    opts,
  );
}

/** The access rules alone, on a server that another platform has set up. */
export function declareAccess(name: string, settings: ServerSettings, opts: pulumi.CustomResourceOptions): HostFiles {
  const { host, directory, unit, platform, database, rules, claims } = settings;
  const file = accessFile(serverPaths(directory, platform), platform, accessRules(database, rules));
  const handlers = [{ name: "reload", action: "reload" as const, unit, paths: [file.path] }];
  return new HostFiles(name, { host, claims, files: [file], handlers }, opts);
}
