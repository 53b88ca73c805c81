import { z } from "zod";

import { type AuthorityDemands, authorityProblems } from "../components/pki";
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
  const made = { key, path: ["authority", "key"], remedy: `groundwork ca csr ${platform}` };
  if (settings.from === "stack") return [made];
  const { certificate } = settings;
  return [made, { key: certificate, path: ["authority", "certificate"], remedy: `groundwork ca import ${platform}` }];
}

/** What is wrong with the authority that the configuration holds, as far as there is one. */
export function configuredAuthorityProblems(
  platform: AuthorityPlatform,
  settings: AuthoritySettings | undefined,
  value: (key: string) => string | undefined,
  now: Date,
): readonly Problem[] {
  if (settings?.from !== "configuration") return [];
  const certificatesPem = value(settings.certificate);
  if (certificatesPem === undefined) return [];
  const facts = { privateKeyPem: value(settings.key), certificatesPem, now };
  return authorityProblems(facts, AUTHORITY_DEMANDS[platform]).map((reason) => ({
    path: [platform, "authority"],
    reason,
  }));
}
