import type { FieldTable } from "../base/bridge-spec";
import type { CheckFailure } from "../base/provider";
import type { PropertyMap } from "../base/values";
import type { ManagementOptions } from "./management";
import { optionalText, text } from "./values";

/** The provider's configuration. Source: the official provider's table, and its environment variables. */
export const CONFIG: FieldTable = {
  endpoint: { type: "string", required: true, env: ["RABBITMQ_ENDPOINT"] },
  username: { type: "string", required: true, env: ["RABBITMQ_USERNAME"] },
  // The official one leaves it in clear unless the program marks it.
  password: { type: "string", required: true, sensitive: true, env: ["RABBITMQ_PASSWORD"] },
  insecure: { type: "bool", env: ["RABBITMQ_INSECURE"] },
  cacertFile: { type: "string", env: ["RABBITMQ_CACERT"] },
  clientcertFile: { type: "string", env: ["RABBITMQ_CLIENTCERT"] },
  clientkeyFile: { type: "string", env: ["RABBITMQ_CLIENTKEY"] },
  proxy: { type: "string" },
};

export function validateConfig(config: PropertyMap): readonly CheckFailure[] {
  const failures: CheckFailure[] = [];
  const refuse = (property: string, reason: string): void => void failures.push({ property, reason });
  const reason = judgeEndpoint(text(config.endpoint));
  if (reason !== undefined) refuse("endpoint", reason);
  if (config.username === "") refuse("username", "must not be empty");
  if (config.password === "") refuse("password", "must not be empty");
  if (optionalText(config.proxy)) {
    refuse("proxy", "is not supported by the built-in provider: reach the broker directly or through an SSH forward");
  }
  if (Boolean(optionalText(config.clientcertFile)) !== Boolean(optionalText(config.clientkeyFile))) {
    refuse("clientcertFile", "goes with clientkeyFile: set both or neither");
  }
  return failures;
}

/** Credentials cross the network with each request: without TLS they may not leave the machine. */
function judgeEndpoint(endpoint: string): string | undefined {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (!url || (url.protocol !== "http:" && url.protocol !== "https:")) {
    return 'is no URL of a management API: it looks like "https://relay.example:15671"';
  }
  if (url.username !== "" || url.password !== "") return "must not hold credentials: set username and password";
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    return `is plain http to ${url.hostname}, which would send the password in clear: use https or an SSH forward`;
  }
  return undefined;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

export function managementOptions(config: PropertyMap): ManagementOptions {
  return {
    endpoint: text(config.endpoint),
    username: text(config.username),
    password: text(config.password),
    insecure: config.insecure === true,
    cacertFile: optionalText(config.cacertFile),
    clientcertFile: optionalText(config.clientcertFile),
    clientkeyFile: optionalText(config.clientkeyFile),
  };
}
