export const CONFIG_DIRECTORY = "/etc/icinga2";
export const CERTIFICATES = "/var/lib/icinga2/certs";
export const AUTHORITY = "/var/lib/icinga2/ca";
export const AUTHORITY_FILES = { certificate: `${AUTHORITY}/ca.crt`, key: `${AUTHORITY}/ca.key` };

/** Removed by the daemon as soon as it has its certificate. */
export const TICKET = `${CERTIFICATES}/ticket`;
export const TRUSTED_CA = `${CERTIFICATES}/ca.crt`;
export const IDO_CA = `${CONFIG_DIRECTORY}/ido-ca.crt`;
export const CONSTANTS = `${CONFIG_DIRECTORY}/constants.conf`;
export const ZONES = `${CONFIG_DIRECTORY}/zones.conf`;
/** Removed by the daemon as it ends. */
export const PID_FILE = "/run/icinga2/icinga2.pid";

/** Source: Icinga 2's documentation, "Distributed Monitoring", "Certificates". */
export function certificatePaths(nodeName: string) {
  return { certificate: `${CERTIFICATES}/${nodeName}.crt`, key: `${CERTIFICATES}/${nodeName}.key` };
}

export function featurePath(feature: "api" | "checker" | "notification" | "ido-pgsql"): string {
  return `${CONFIG_DIRECTORY}/features-enabled/${feature}.conf`;
}

/** What a node is beside a member of the tree. */
export interface NodeParts {
  /** It holds the authority. */
  readonly signs: boolean;
  /** It writes into the central database. */
  readonly database: boolean;
  /** It asks for its certificate with a ticket. */
  readonly ticket: boolean;
}

/** What a node of this name holds. */
export function nodePaths(nodeName: string, { signs, database, ticket }: NodeParts): readonly string[] {
  const features = ["api", "checker", "notification"] as const;
  return [
    ...[TRUSTED_CA, ...Object.values(certificatePaths(nodeName)), CONSTANTS, ZONES, ...features.map(featurePath)],
    ...(signs ? Object.values(AUTHORITY_FILES) : []),
    ...(database ? [IDO_CA, featurePath("ido-pgsql")] : []),
    ...(ticket ? [TICKET] : []),
  ];
}
