import { type AgentBuild, accessControlOf } from "./agent-build";
import type { Logging } from "./config-sections";
import type { AgentSettings } from "./daemon-config";

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
  const rules = Object.entries(accessControlOf(build)).map(([module, rule]) => document({ [module]: rule }));
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

/** JSON that a raw literal can hold. Each rule of access control is a document of its own. */
function document(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replaceAll("`", "\\u0060");
}

/** JSON's escapes of printable text are those of a Go string literal. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

/** A raw literal, for text of several lines; it cannot hold a back quote, which PEM and armour have not. */
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
