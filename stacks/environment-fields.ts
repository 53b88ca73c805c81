import { isIP } from "node:net";
import { z } from "zod";

import { Lifetime, isDialledName, isDnsName } from "../components/pki";

/** Refines a text by a function that tells what is wrong with it. */
function checked(problem: (text: string) => string | undefined) {
  return z.string().superRefine((text, context) => {
    const reason = problem(text);
    if (reason !== undefined) context.addIssue({ code: "custom", message: reason });
  });
}

/** A text of one form, which the JSON Schema has as well. */
function matching(pattern: RegExp, problem: (text: string) => string | undefined) {
  return checked((text) => (pattern.test(text) ? undefined : problem(text))).meta({ pattern: pattern.source });
}

/** A host's name in the environment, part of resource names and of Erlang node names: a DNS label. */
export const hostName = matching(
  /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
  (text) => `"${text}" is not a host name: use small letters, digits and hyphens`,
);

export const address = checked((text) => (isIP(text) === 0 ? `"${text}" is not an IP address` : undefined));

/** What a certificate holds: a wildcard is one. */
export const certifiedName = checked((text) =>
  isDnsName(text) || isIP(text) !== 0 ? undefined : `"${text}" is neither a DNS name nor an IP address`,
);

export const dialledName = checked((text) =>
  isDialledName(text) ? undefined : `"${text}" is not a DNS name of one host`,
);

export const dialled = checked((text) =>
  isDialledName(text) || isIP(text) !== 0 ? undefined : `"${text}" is neither a DNS name of one host nor an IP address`,
);

export const network = checked((text) => {
  const [base = "", length, ...rest] = text.split("/");
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(base)] ?? -1;
  const valid = rest.length === 0 && /^\d{1,3}$/.test(length ?? "") && Number(length) <= bits;
  return valid ? undefined : `"${text}" is not a network as 10.1.0.0/16`;
});

export const port = z.number().int().min(1).max(65_535);

export const absolutePath = matching(
  /^(?!.*\/\.\.(\/|$))(\/[A-Za-z0-9._@+-]+)+$/,
  (text) => `"${text}" is not an absolute path of letters, digits and . _ @ + -`,
);

/** Of a user or group on a host. Source: Debian's adduser. */
export const accountName = matching(/^[a-z_][a-z0-9_-]{0,31}$/, (text) => `"${text}" is not an account's name`);

/** Of a service on a host. */
export const unitName = matching(/^[A-Za-z0-9@._-]+$/, (text) => `"${text}" is not the name of a unit`);

export const hostKey = matching(
  /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]+={0,2}$/,
  () => "is not a public host key as ssh-keyscan prints it, type and base64: ssh-ed25519 AAAA…",
);

/** The name of a secret key of the stack's configuration. */
export const secretKey = matching(
  /^[a-z][A-Za-z0-9]*$/,
  () => "names a secret configuration key: letters and digits, not a value",
);

/** A span of time as Go reads it, one number and one unit. */
export const duration = matching(/^[1-9]\d*[smh]$/, (text) => `"${text}" is not a duration as 30s, 5m or 24h`);

const SECONDS = { s: 1, m: 60, h: 3600 } as const;

/** Seconds of a valid duration. */
export function seconds(text: string): number {
  const unit = text.slice(-1);
  return Number(text.slice(0, -1)) * (unit === "h" ? SECONDS.h : unit === "m" ? SECONDS.m : SECONDS.s);
}

/** A lifetime as `90d`, up to a limit. */
export function lifetime(limit: Lifetime, why: string) {
  const written = z.string("is not a lifetime: write a number and its unit, as 12h, 90d or 10y");
  return written.meta({ pattern: "^[1-9][0-9]{0,5}[hdy]$" }).transform((text, context) => {
    try {
      const value = Lifetime.parse(text);
      if (!value.isLongerThan(limit)) return value;
      context.addIssue({ code: "custom", message: `${text} is longer than ${limit}: ${why}` });
    } catch (error) {
      context.addIssue({ code: "custom", message: error instanceof Error ? error.message : String(error) });
    }
    return z.NEVER;
  });
}
