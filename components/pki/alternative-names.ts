import { isIP } from "node:net";

/** The Subject Alternative Names: what clients may dial and find confirmed. */
export interface SubjectAlternativeNames {
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
}

const DNS_LABEL = /^(?!-)[A-Za-z0-9_-]{1,63}(?<!-)$/;

/** A host name that a certificate may hold, or a wildcard for its first label. Source: RFC 1123, section 2.1. */
export function isDnsName(name: string): boolean {
  const labels = name.split(".");
  const rest = labels[0] === "*" && labels.length > 2 ? labels.slice(1) : labels;
  return name.length <= 253 && isIP(name) === 0 && rest.every((label) => DNS_LABEL.test(label));
}

/** A host name that somebody dials: no wildcard. */
export function isDialledName(name: string): boolean {
  return isDnsName(name) && !name.startsWith("*");
}

/** The entries that a certificate cannot hold, each with the reason. */
export function alternativeNameProblems(names: SubjectAlternativeNames): readonly string[] {
  const dns = (names.dnsNames ?? []).filter((name) => !isDnsName(name));
  const ip = (names.ipAddresses ?? []).filter((address) => isIP(address) === 0);
  return [
    ...dns.map((name) => `"${name}" is not a DNS name`),
    ...ip.map((address) => `"${address}" is not an IP address`),
  ];
}

/** Sorts what is dialled into the kinds that a verifying client looks at: an address never matches a DNS entry. */
export function namesFor(dialled: readonly string[]): SubjectAlternativeNames {
  const unique = [...new Set(dialled)];
  return {
    dnsNames: unique.filter((name) => isIP(name) === 0),
    ipAddresses: unique.filter((name) => isIP(name) !== 0),
  };
}

/** Whether a client that dials `name` finds it in the certificate. Source: RFC 6125, section 6.4. */
export function holdsName(names: SubjectAlternativeNames, name: string): boolean {
  if (isIP(name) !== 0) return (names.ipAddresses ?? []).includes(name);
  const lower = name.toLowerCase();
  return (names.dnsNames ?? []).some((entry) => {
    const candidate = entry.toLowerCase();
    if (!candidate.startsWith("*.")) return candidate === lower;
    const dot = lower.indexOf(".");
    return dot > 0 && lower.slice(dot) === candidate.slice(1);
  });
}
