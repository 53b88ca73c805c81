import { type ChangeHandler, type FileClaim, type HostFile, claimsOf } from "../../hosts";
import { CLUSTER_FILE, clusterConfig } from "./cluster";
import { atom, property, renderTerm, tuple } from "./erlang-term";

export const AMQPS_PORT = 5671;
export const CERTIFICATES = "/etc/rabbitmq/certs";
const CONFIGURATION = "/etc/rabbitmq/advanced.config";
const COOKIE = "/var/lib/rabbitmq/.erlang.cookie";
const ACCOUNT = "rabbitmq";
export const UNIT = "rabbitmq-server";
export const DROP_IN_DIRECTORY = `/etc/systemd/system/${UNIT}.service.d`;
const DROP_IN = `${DROP_IN_DIRECTORY}/groundwork.conf`;

export interface RelayPaths {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** As MIG's documentation names them. */
export function relayPaths(host: string): RelayPaths {
  return {
    ca: `${CERTIFICATES}/cacert.pem`,
    certificate: `${CERTIFICATES}/${host}.pem`,
    key: `${CERTIFICATES}/${host}.key`,
  };
}

/**
 * The TLS listener. In `advanced.config` the broker starts without the certificates being there; in `rabbitmq.conf`
 * it refuses to. MIG's documentation has TLS 1.0 and its ciphers, which today's clients refuse.
 *
 * @param address the one to listen on, or all
 */
export function advancedConfig(paths: RelayPaths, address?: string): string {
  const listener = address === undefined ? AMQPS_PORT : tuple(address, AMQPS_PORT);
  const term = [
    property("rabbit", [
      property("ssl_listeners", [listener]),
      property("ssl_options", [
        property("cacertfile", paths.ca),
        property("certfile", paths.certificate),
        property("keyfile", paths.key),
        property("verify", atom("verify_peer")),
        property("fail_if_no_peer_cert", true),
        property("versions", [atom("tlsv1.3"), atom("tlsv1.2")]),
      ]),
    ]),
  ];
  return `${renderTerm(term)}.\n`;
}

export interface RelayContents {
  readonly paths: RelayPaths;
  readonly caPem: HostFile["content"];
  readonly certificatePem: HostFile["content"];
  readonly keyPem: HostFile["content"];
  readonly configuration: string;
  /** Open files that the broker may have: one a connection and more. */
  readonly maxFiles: number;
  /** One for all nodes of a cluster. @default the node keeps its own */
  readonly cookie?: HostFile["content"];
  /** Every node of the cluster, by its name in Erlang. One alone forms none. */
  readonly peers: readonly string[];
}

export function relayFiles(contents: RelayContents): readonly HostFile[] {
  const { paths, maxFiles, cookie, peers } = contents;
  return [
    { path: paths.ca, content: contents.caPem, owner: ACCOUNT, mode: "0644" },
    { path: paths.certificate, content: contents.certificatePem, owner: ACCOUNT, mode: "0644" },
    { path: paths.key, content: contents.keyPem, owner: ACCOUNT, mode: "0600" },
    { path: CONFIGURATION, content: contents.configuration, owner: ACCOUNT, mode: "0644", adopt: true },
    {
      path: "/etc/security/limits.conf",
      content: `${ACCOUNT} - nofile ${maxFiles}\n`,
      kind: "block",
      marker: "mig relay",
    },
    {
      path: "/etc/pam.d/common-session",
      content: "session required pam_limits.so\n",
      kind: "block",
      marker: "mig relay",
    },
    { path: DROP_IN, content: dropIn(maxFiles) },
    ...(peers.length > 1 ? [{ path: CLUSTER_FILE, content: clusterConfig(peers) }] : []),
    ...(cookie === undefined
      ? []
      : [{ path: COOKIE, content: cookie, owner: ACCOUNT, mode: "0400", adopt: true } satisfies HostFile]),
  ];
}

/** What `relayFiles` places, before anything of it is rendered. */
export function relayClaims(
  host: string,
  { cookie, peers }: { cookie: boolean; peers: readonly string[] },
): readonly FileClaim[] {
  const nothing = { caPem: "", certificatePem: "", keyPem: "", configuration: "", maxFiles: 0 };
  return claimsOf(relayFiles({ paths: relayPaths(host), ...nothing, peers, ...(cookie ? { cookie: "" } : {}) }));
}

/**
 * Which changes ask what of the broker: a certificate is read anew on a reload, everything else at its start. The restart
 * goes first: until then the node has its old cookie, and the reload's command already the new one.
 */
export function relayHandlers(paths: RelayPaths, withCookie: boolean): readonly ChangeHandler[] {
  return [
    {
      name: "daemon-reload",
      command: "if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi",
      paths: [DROP_IN],
    },
    {
      name: "restart",
      action: "restart",
      unit: UNIT,
      paths: [CONFIGURATION, DROP_IN, ...(withCookie ? [COOKIE] : [])],
    },
    { name: "reload", action: "reload", unit: UNIT, paths: [paths.ca, paths.certificate, paths.key] },
  ];
}

/** Limits of PAM do not reach a systemd service; and RabbitMQ's unit knows no reload of its own. */
function dropIn(maxFiles: number): string {
  return [
    "[Service]",
    `LimitNOFILE=${maxFiles}`,
    "ExecReload=/usr/sbin/rabbitmqctl eval 'ssl:clear_pem_cache().'",
    "",
  ].join("\n");
}
