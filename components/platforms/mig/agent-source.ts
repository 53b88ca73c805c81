import type { AgentSettings, Logging } from "./daemon-config";

/** Who may order what from an agent, by module: `default` holds for those not named. Source: MIG's doc/concepts.rst. */
export type AccessControl = Readonly<
  Record<
    string,
    {
      readonly minimumweight: number;
      readonly investigators: Readonly<Record<string, { readonly fingerprint: string; readonly weight: number }>>;
    }
  >
>;

/** What an agent takes from no configuration file: it is compiled in. */
export interface AgentBuild {
  /** Armoured PGP public keys of the investigators, and of the scheduler once it has one. */
  readonly publicKeys: readonly string[];
  readonly accessControl: AccessControl;
  /** HTTP proxies, `proxy.example.net:3128`, tried after a direct connection. */
  readonly proxies: readonly string[];
  /** The scheduler's fingerprint, which exists after its first start: lets it destroy agents that were upgraded. */
  readonly schedulerFingerprint?: string;
}

const ARMOUR = /^-----BEGIN PGP PUBLIC KEY BLOCK-----\n[\s\S]+\n-----END PGP PUBLIC KEY BLOCK-----$/;
const FINGERPRINT = /^[0-9A-F]{40}$/;

/** What is wrong with the compiled-in values; empty when nothing is. */
export function agentBuildProblems(build: AgentBuild): readonly string[] {
  const rules = Object.entries(build.accessControl);
  return [
    ...build.publicKeys.flatMap((key, index) =>
      ARMOUR.test(key.trim()) && !key.includes("`") ? [] : [`publicKeys[${index}] is not an armoured PGP public key`],
    ),
    ...(rules.some(([module]) => module === "default") ? [] : ["accessControl has no rule named default"]),
    ...rules.flatMap(([module, { minimumweight, investigators }]) => {
      const people = Object.entries(investigators);
      const total = people.reduce((sum, [, { weight }]) => sum + weight, 0);
      return [
        ...people
          .filter(([, { fingerprint }]) => !FINGERPRINT.test(fingerprint))
          .map(
            ([name]) => `accessControl.${module}: the fingerprint of ${name} is not 40 upper-case hexadecimal digits`,
          ),
        ...(total < minimumweight
          ? [
              `accessControl.${module}: all investigators together weigh ${total}, less than the minimum of ${minimumweight}`,
            ]
          : []),
      ];
    }),
    ...(build.schedulerFingerprint === undefined || FINGERPRINT.test(build.schedulerFingerprint)
      ? []
      : ["schedulerFingerprint is not 40 upper-case hexadecimal digits"]),
    ...build.proxies
      .filter((proxy) => !/^[^\s:/]+:\d{1,5}$/.test(proxy))
      .map((proxy) => `proxy "${proxy}" is not host:port`),
  ];
}

export interface AgentSourceInputs {
  readonly build: AgentBuild;
  readonly settings: AgentSettings;
  readonly logging: Logging;
  readonly relay: string;
  readonly apiUrl: string;
  readonly caPem: string;
  readonly certificatePem: string;
  readonly keyPem: string;
}

/** `mig-agent-conf.go`, to be compiled into an agent. It holds the broker password and a private key. */
export function agentSource(inputs: AgentSourceInputs): string {
  const { build, settings, logging } = inputs;
  const { schedulerFingerprint: fingerprint } = build;
  const control: AccessControl = {
    ...build.accessControl,
    ...(fingerprint === undefined
      ? {}
      : { agentdestroy: { minimumweight: 1, investigators: { "MIG Scheduler": { fingerprint, weight: 1 } } } }),
  };
  // Each rule is a JSON document of its own.
  const rules = Object.entries(control).map(([module, rule]) => JSON.stringify({ [module]: rule }, undefined, 2));
  return `package main

import (
	"mig"
	"time"
)

var TAGS = struct {
	Operator string \`json:"operator"\`
}{
	"",
}

var ISIMMORTAL bool = ${settings.immortal}
var MUSTINSTALLSERVICE bool = ${settings.installService}
var DISCOVERPUBLICIP = ${settings.discoverPublicIp}
var CHECKIN = ${settings.checkIn}

var LOGGINGCONF = mig.Logging{
${loggingFields(logging)}
}

var AMQPBROKER string = ${quoted(inputs.relay)}
var APIURL string = ${quoted(inputs.apiUrl)}
var PROXIES = [...]string{${build.proxies.map(quoted).join(", ")}}
var SOCKET = ${quoted(settings.socket)}
var HEARTBEATFREQ time.Duration = ${goDuration(settings.heartbeat)}
var MODULETIMEOUT time.Duration = ${goDuration(settings.moduleTimeout)}

var AGENTACL = [...]string{${rules.map((rule) => `\n${raw(rule)},`).join("")}
}

var PUBLICPGPKEYS = [...]string{${build.publicKeys.map((key) => `\n${raw(`\n${key.trim()}\n`)},`).join("")}
}

var CACERT = []byte(${raw(inputs.caPem.trim())})
var AGENTCERT = []byte(${raw(inputs.certificatePem.trim())})
var AGENTKEY = []byte(${raw(inputs.keyPem.trim())})
`;
}

function loggingFields({ mode, level, file, host, port, protocol, facility }: Logging): string {
  const text = { Mode: mode, Level: level, File: file, Host: host, Protocol: protocol, Facility: facility };
  return [
    ...Object.entries(text).flatMap(([name, value]) => (value === undefined ? [] : [`\t${name}: ${quoted(value)},`])),
    ...(port === undefined ? [] : [`\tPort: ${port},`]),
  ].join("\n");
}

/** JSON's escapes of printable text are those of a Go string literal. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

/** A raw literal, for text of several lines; it cannot hold a back quote, which PEM, armour and fingerprints have not. */
function raw(text: string): string {
  if (text.includes("`")) throw new Error("A back quote cannot be compiled into an agent's configuration.");
  return `\`${text}\``;
}

const GO_UNITS = { s: "Second", m: "Minute", h: "Hour" } as const;

/** `5m` as `5 * time.Minute`. */
export function goDuration(duration: string): string {
  const match = /^(\d+)([smh])$/.exec(duration);
  const unit = match?.[2];
  if (unit !== "s" && unit !== "m" && unit !== "h")
    throw new Error(`"${duration}" is not a duration as 30s, 5m or 24h.`);
  return `${match?.[1]} * time.${GO_UNITS[unit]}`;
}
