import { requestOf } from "../authorities";
import { resourceRule, stackRule } from "../rule";
import { type SigningCertificate, readSigningCertificate } from "../signing-certificate";
import { type Subject, flag, number, text, texts } from "../subject";
import { LOCALLY_SIGNED, PRIVATE_KEY, SELF_SIGNED, nameOf } from "../types";

const HOURS_A_DAY = 24;
/** From one leap day to the next. */
const LEAP_DAYS = 4 * 365;

interface Taken {
  readonly minRsaBits: number;
  readonly curves: readonly string[];
  readonly ed25519: boolean;
}

export const certificateRules = [
  resourceRule<Taken>({
    name: "key-algorithm",
    displayName: "Keys are of an algorithm and a length that hold",
    description: "Private keys are ECDSA on a curve of 256 bits or more, Ed25519, or RSA of 2048 bits or more.",
    severity: "high",
    level: "mandatory",
    control: "SC-13",
    tags: ["pki"],
    remedy: "set certificates.keyAlgorithm in the environment, or the platform's own, to ECDSA-P256 or to RSA-4096",
    config: {
      minRsaBits: { type: "integer", minimum: 2048, description: "Of RSA keys.", default: 2048 },
      curves: {
        type: "array",
        items: { type: "string" },
        description: "Of ECDSA keys.",
        default: ["P256", "P384", "P521"],
      },
      ed25519: { type: "boolean", description: "Whether Ed25519 is taken.", default: true },
    },
    check: ({ type, inputs }, report, config) => {
      // What a key has that is asked for nothing. Source: the tls provider's documentation.
      const { algorithm, ecdsaCurve = "P224", rsaBits = 2048 } = inputs;
      const made = { algorithm: text(algorithm), ecdsaCurve: text(ecdsaCurve), rsaBits: number(rsaBits) };
      const problem = type === PRIVATE_KEY ? keyProblem(made, config) : undefined;
      if (problem !== undefined) report(problem);
      // One from outside the stack has been made by nobody here.
      const signer = signingCertificate({ type, inputs });
      const weakness = signer === undefined ? undefined : keyProblem(signer.key, config);
      if (weakness !== undefined) report(`of the authority that signs it ${weakness}`);
    },
  }),
  resourceRule<{ readonly maxAuthorityDays: number; readonly maxDays: number }>({
    name: "certificate-lifetime",
    displayName: "Certificates live no longer than they have to",
    description:
      "Authorities and the certificates that they sign end within a time that is set, and are renewed before.",
    severity: "medium",
    level: "mandatory",
    control: "SC-17",
    tags: ["pki"],
    remedy: "shorten authorityLifetime or lifetime in the environment, and leave a renewBefore that is shorter still",
    config: {
      maxAuthorityDays: { type: "integer", minimum: 1, description: "Of an authority.", default: 15 * 365 },
      maxDays: { type: "integer", minimum: 1, description: "Of all others.", default: 397 },
    },
    check: ({ type, inputs }, report, { maxAuthorityDays, maxDays }) => {
      if (type !== LOCALLY_SIGNED && type !== SELF_SIGNED) return;
      const isAuthority = flag(inputs["isCaCertificate"]);
      const signer = signingCertificate({ type, inputs })?.lifetimeHours ?? 0;
      // Whoever counts in years has leap days as well.
      if (signer > (maxAuthorityDays + Math.ceil(maxAuthorityDays / LEAP_DAYS)) * HOURS_A_DAY) {
        report(`the authority that signs it lives ${days(signer)}, longer than ${maxAuthorityDays} days`);
      }
      // One that vouches for nobody else is there until its host has another.
      if (type === SELF_SIGNED && !isAuthority) return;
      const limit = isAuthority ? maxAuthorityDays : maxDays;
      const hours = number(inputs["validityPeriodHours"]);
      if (hours === undefined) return;
      const early = number(inputs["earlyRenewalHours"]) ?? 0;
      if (hours > limit * HOURS_A_DAY) report(`a lifetime of ${days(hours)} is longer than ${limit} days`);
      if (early <= 0) report("nothing renews it before its end");
      else if (early >= hours) report(`it is to be renewed ${days(early)} before its end, but lives ${days(hours)}`);
    },
  }),
  stackRule<{ readonly uses: readonly string[] }>({
    name: "certificate-names",
    displayName: "Certificates of servers have Subject Alternative Names",
    description: "A certificate that a server shows has the names and addresses by which it is dialled.",
    severity: "high",
    level: "mandatory",
    control: "SC-8",
    tags: ["pki"],
    remedy: "give the NodeCertificate names: today's clients look at nothing else",
    config: {
      uses: {
        type: "array",
        items: { type: "string" },
        description: "Uses of a certificate for which it needs names.",
        default: ["server_auth"],
      },
    },
    check: (members, report, { uses }) => {
      const byUrn = new Map(members.map((member) => [member.urn, member]));
      for (const member of members) {
        const { urn, type, inputs } = member;
        if (type !== LOCALLY_SIGNED && type !== SELF_SIGNED) continue;
        if (flag(inputs["isCaCertificate"]) || !texts(inputs["allowedUses"]).some((use) => uses.includes(use)))
          continue;
        const named = type === SELF_SIGNED ? member : requestOf(member, byUrn);
        if (named !== undefined && !hasNames(named)) report(`${nameOf(urn)} has no Subject Alternative Names`, urn);
      }
    },
  }),
];

function keyProblem(
  key: {
    readonly algorithm?: string | undefined;
    readonly rsaBits?: number | undefined;
    readonly ecdsaCurve?: string | undefined;
  },
  { minRsaBits, curves, ed25519 }: Taken,
): string | undefined {
  switch (key.algorithm) {
    case "RSA":
      return (key.rsaBits ?? 0) < minRsaBits ? `RSA of ${key.rsaBits} bits is below ${minRsaBits}` : undefined;
    case "ECDSA":
      return curves.includes(key.ecdsaCurve ?? "")
        ? undefined
        : `the curve ${key.ecdsaCurve} is none of ${curves.join(", ")}`;
    case "ED25519":
      return ed25519 ? undefined : "Ed25519 is not taken";
    default:
      return `the algorithm ${key.algorithm} is not known`;
  }
}

function signingCertificate({ type, inputs }: Pick<Subject, "type" | "inputs">): SigningCertificate | undefined {
  const pem = type === LOCALLY_SIGNED ? text(inputs["caCertPem"]) : undefined;
  return pem === undefined ? undefined : readSigningCertificate(pem);
}

function hasNames({ inputs }: Subject): boolean {
  return ["dnsNames", "ipAddresses", "uris"].some((property) => {
    const names = inputs[property];
    return Array.isArray(names) ? names.length > 0 : names !== undefined && names !== null;
  });
}

function days(hours: number): string {
  return hours % HOURS_A_DAY === 0 ? `${hours / HOURS_A_DAY} days` : `${hours} hours`;
}
