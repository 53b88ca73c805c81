import "reflect-metadata";
import { type KeyObject, X509Certificate, createPrivateKey } from "node:crypto";
import { BasicConstraintsExtension, X509Certificate as Parsed } from "@peculiar/x509";
import type * as pulumi from "@pulumi/pulumi";

import type { Lifetime } from "./lifetime";
import { isSelfSigned, splitPem } from "./pem-bundle";

/** An authority that was made or signed elsewhere, such as an intermediate of a root that is kept offline. */
export interface OutsideAuthority {
  readonly privateKeyPem: pulumi.Input<string>;
  /** Its own certificate first, then each one's issuer; the root comes last. */
  readonly certificatesPem: pulumi.Input<string>;
  /** Roots that are trusted as well, such as those that several regions share. @default none */
  readonly trustPem?: pulumi.Input<string> | undefined;
}

/** What software demands of the authority that it is given. */
export interface AuthorityDemands {
  /** Whether it may stand below a root that others may stand below too. */
  readonly root: "shared" | "own";
  /** Why it may not. */
  readonly reason?: string;
  /** Kinds of keys. @default any */
  readonly keys?: readonly ("rsa" | "ec")[];
}

/** An authority as text, and what it is judged by. */
export interface AuthorityFacts {
  /** @default not judged */
  readonly privateKeyPem?: string;
  readonly certificatesPem: string;
  readonly now: Date;
  /** Of what it is to sign. @default not judged */
  readonly lifetime?: Lifetime;
}

const HOUR_MS = 3_600_000;
const SERVER_AND_CLIENT = ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"];
const ANY_PURPOSE = "2.5.29.37.0";

/** Why it cannot sign for a platform; empty when it can. Nothing of the key is in a reason. */
export function authorityProblems(facts: AuthorityFacts, demands: AuthorityDemands): readonly string[] {
  const read = readChain(facts.certificatesPem);
  if (typeof read === "string") return [read];
  const [own] = read;
  return [
    ...keyProblems(facts.privateKeyPem, own),
    ...chainProblems(read),
    ...read.flatMap((certificate, index) => certificateProblems(certificate, index, facts.now)),
    ...lifetimeProblems(own, facts),
    ...demandProblems(own, demands),
  ];
}

/** When the authority ends, or somebody above it does. */
export function authorityEnd(certificatesPem: string): Date | undefined {
  const read = readChain(certificatesPem);
  return typeof read === "string" ? undefined : new Date(Math.min(...read.map(({ validTo }) => Date.parse(validTo))));
}

type Chain = readonly [X509Certificate, ...X509Certificate[]];

function readChain(pem: string): Chain | string {
  const [first, ...rest] = splitPem(pem);
  if (first === undefined) return "holds no certificate in PEM";
  try {
    return [new X509Certificate(first), ...rest.map((each) => new X509Certificate(each))];
  } catch {
    return "holds a certificate that is damaged";
  }
}

/** A certificate by its subject, on one line. */
function named({ subject }: X509Certificate): string {
  return `"${subject.split("\n").join(", ")}"`;
}

function keyProblems(pem: string | undefined, own: X509Certificate): readonly string[] {
  if (pem === undefined) return [];
  const key = readKey(pem);
  if (key === undefined) return ["its key is not an unencrypted private key in PEM"];
  return own.checkPrivateKey(key) ? [] : [`its key is not the one of ${named(own)}`];
}

function readKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    // What OpenSSL says may quote what it read.
    return undefined;
  }
}

/** `below`: how many certificates stand below it in the chain, each of which takes one of its path length. */
function certificateProblems(certificate: X509Certificate, below: number, now: Date): readonly string[] {
  const name = named(certificate);
  const pathLength = new Parsed(certificate.raw).getExtension(BasicConstraintsExtension)?.pathLength;
  const purposes = certificate.keyUsage as readonly string[] | undefined;
  return [
    ...(certificate.ca ? [] : [`${name} is no certificate of an authority (CA:TRUE, with keyCertSign)`]),
    ...(pathLength !== undefined && pathLength < below
      ? [`${name} allows ${pathLength} authorities below it (pathlen), and ${below} are`]
      : []),
    ...(Date.parse(certificate.validFrom) > now.getTime()
      ? [`${name} is not valid before ${certificate.validFrom}`]
      : []),
    ...(Date.parse(certificate.validTo) <= now.getTime() ? [`${name} has ended: ${certificate.validTo}`] : []),
    ...(purposes === undefined ||
    purposes.includes(ANY_PURPOSE) ||
    SERVER_AND_CLIENT.every((purpose) => purposes.includes(purpose))
      ? []
      : [`${name} is limited to other purposes than TLS servers and clients (extendedKeyUsage)`]),
  ];
}

function chainProblems(chain: Chain): readonly string[] {
  const broken = chain.flatMap((certificate, index) => {
    const issuer = chain[index + 1];
    if (issuer === undefined) return [];
    const signed = certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
    return signed ? [] : [`${named(certificate)} is not signed by ${named(issuer)}, which follows it`];
  });
  const last = chain.at(-1) ?? chain[0];
  return isSelfSigned(last) || broken.length > 0
    ? broken
    : [`the root is missing: ${named(last)} is signed by "${last.issuer.split("\n").join(", ")}"`];
}

function lifetimeProblems(own: X509Certificate, { now, lifetime }: AuthorityFacts): readonly string[] {
  if (lifetime === undefined) return [];
  const left = (Date.parse(own.validTo) - now.getTime()) / HOUR_MS;
  return left > 0 && left < lifetime.hours
    ? [`${named(own)} ends on ${own.validTo}, before the certificates of ${lifetime} that it is to sign`]
    : [];
}

function demandProblems(own: X509Certificate, { root, reason, keys }: AuthorityDemands): readonly string[] {
  const kind = own.publicKey.asymmetricKeyType ?? "unknown";
  return [
    ...(root === "own" && !isSelfSigned(own) ? [`${named(own)} is not self-signed: ${reason ?? "it has to be"}`] : []),
    ...(keys === undefined || keys.some((each) => each === kind)
      ? []
      : [`the key of ${named(own)} is of the kind ${kind}, not ${keys.join(" or ")}`]),
  ];
}
