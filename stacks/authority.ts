import { z } from "zod";

import { type AuthorityDemands, authorityProblems, isIssuer, splitPem } from "../components/pki";
import { secretKey } from "./environment-fields";
import type { Problem } from "./problems";
import type { SecretReference } from "./section";

/** Platforms whose authority can come from outside, and what each of them can work with. */
export const AUTHORITY_DEMANDS = {
  mig: { root: "shared" },
  icinga2: {
    root: "own",
    reason: "Icinga lets in everyone of the right name whom its root has signed, also for another platform",
    keys: ["rsa"],
  },
  mmm: { root: "own", reason: "MMM lets in everyone whom its root has signed, also for another platform" },
} as const satisfies Readonly<Record<string, AuthorityDemands>>;

export type AuthorityPlatform = keyof typeof AUTHORITY_DEMANDS;

/** Names the configuration keys of a platform's authority: `migAuthorityKey`. */
export function authorityKeys(platform: AuthorityPlatform) {
  return {
    key: `${platform}AuthorityKey`,
    certificate: `${platform}AuthorityCertificate`,
    request: `${platform}AuthorityRequest`,
  };
}

const stackName = z
  .string()
  .regex(/^([A-Za-z0-9_.-]+\/){0,2}[A-Za-z0-9_.-]+$/, "is not a stack: write stack or organization/project/stack");

/** Where the authority of a platform comes from, when it is not made here. */
export function authoritySettings(platform: AuthorityPlatform) {
  const names = authorityKeys(platform);
  /** The configuration key of its private key, which is secret. */
  const key = secretKey.default(names.key);
  return z.discriminatedUnion(
    "from",
    [
      z.strictObject({
        /** Both are keys of this stack's configuration: `groundwork ca csr` and `groundwork ca import` set them. */
        from: z.literal("configuration"),
        key,
        /** The configuration key of its certificate and those above it, which are not secret. */
        certificate: secretKey.default(names.certificate),
        /** A stack whose roots are trusted as well: those that regions share. */
        trustStack: stackName.optional(),
      }),
      z.strictObject({
        /** The certificate is an output of a stack that has the root; the key is one of this stack's configuration. */
        from: z.literal("stack"),
        key,
        /** The stack that has the root. */
        stack: stackName,
        /** Its name there, among the intermediates. */
        name: z.string().min(1),
      }),
    ],
    { error: "says from where: configuration or stack" },
  );
}

export type AuthoritySettings = z.infer<ReturnType<typeof authoritySettings>>;

/** The configuration keys that have to be set for it. */
export function authorityReferences(
  platform: AuthorityPlatform,
  settings: AuthoritySettings | undefined,
): readonly SecretReference[] {
  if (settings === undefined) return [];
  const { key } = settings;
  const imported = `groundwork ca import ${platform}`;
  // One that nobody else signs is not asked for: it comes with its key.
  const remedy = AUTHORITY_DEMANDS[platform].root === "own" ? imported : `groundwork ca csr ${platform}`;
  const made = { key, path: ["authority", "key"], remedy };
  if (settings.from === "stack") return [made];
  return [made, { key: settings.certificate, path: ["authority", "certificate"], remedy: imported }];
}

/** What a stack with a root makes known: certificates alone, in PEM. */
export interface Published {
  readonly trustBundle?: string;
  /** Of intermediates, by name. */
  readonly certificates?: Readonly<Record<string, string>>;
}

/** By the stack's name, as settings have it. */
export type PublishedStacks = ReadonlyMap<string, Published>;

/** The stack whose roots are trusted. */
export function trustStackOf(settings: AuthoritySettings | undefined): string | undefined {
  return settings?.from === "stack" ? settings.stack : settings?.trustStack;
}

/** The authority's certificate and those above it, as far as they are there. */
export function certificatesOf(
  settings: AuthoritySettings,
  value: (key: string) => string | undefined,
  published: PublishedStacks,
): string | undefined {
  if (settings.from === "configuration") return value(settings.certificate);
  const { certificates = {}, trustBundle = "" } = published.get(settings.stack) ?? {};
  const own = certificates[settings.name];
  if (own === undefined) return undefined;
  return own + (splitPem(trustBundle).find((root) => isIssuer(root, own)) ?? "");
}

/** What is wrong with an authority from outside, as far as there is one. */
export function outsideAuthorityProblems(
  platform: AuthorityPlatform,
  settings: AuthoritySettings | undefined,
  value: (key: string) => string | undefined,
  published: PublishedStacks,
  now: Date,
): readonly Problem[] {
  if (settings === undefined) return [];
  const at = (field: string, reason: string): Problem => ({ path: [platform, "authority", field], reason });
  const stack = trustStackOf(settings);
  const roots = stack === undefined ? undefined : splitPem(published.get(stack)?.trustBundle ?? "");
  if (roots?.length === 0) {
    const field = settings.from === "stack" ? "stack" : "trustStack";
    return [at(field, `stack ${stack} has no output pki.trustBundle: bring it up first`)];
  }
  const certificatesPem = certificatesOf(settings, value, published);
  if (certificatesPem === undefined) {
    if (settings.from === "configuration") return [];
    const remedy = `list the request of groundwork ca csr ${platform} there, and bring it up`;
    return [at("name", `stack ${stack} has signed no ${settings.name}: ${remedy}`)];
  }
  const facts = { privateKeyPem: value(settings.key), certificatesPem, now };
  const problems = authorityProblems(facts, AUTHORITY_DEMANDS[platform]).map((reason) => at("from", reason));
  const root = splitPem(certificatesPem).at(-1) ?? "";
  if (problems.length > 0 || settings.from === "stack" || roots === undefined || roots.includes(root)) return problems;
  // Else regions would not trust one another.
  return [at("trustStack", `stack ${stack} does not trust the root of the authority: add that root there`)];
}
