import { z } from "zod";

import { Lifetime } from "../components/pki";
import { lifetime } from "./environment-fields";

export const AUTHORITY_LIMIT = Lifetime.years(30);
/** What Apple's platforms accept, the strictest of the verifiers that know private authorities: HT210176. */
export const LEAF_LIMIT = Lifetime.days(825);

/** What holds for every platform that has no settings of its own. Each has an authority of its own all the same. */
export const certificates = z
  .strictObject({
    organization: z.string().min(1).max(64).default("Groundwork"),
    keyAlgorithm: z.enum(["ECDSA-P256", "ECDSA-P384", "RSA-2048", "RSA-4096"]).default("ECDSA-P256"),
    authorityLifetime: lifetime(AUTHORITY_LIMIT, "nobody will know then where its key is").prefault("10y"),
    lifetime: lifetime(LEAF_LIMIT, "there are verifiers that refuse such certificates").prefault("90d"),
    /** Left out: a third of the lifetime. */
    renewBefore: lifetime(LEAF_LIMIT, "certificates live shorter").optional(),
  })
  .superRefine(refuseLifetimes);

/** Refuses lifetimes that do not fit one another. */
export function refuseLifetimes(
  settings: {
    readonly authorityLifetime: Lifetime;
    readonly lifetime: Lifetime;
    readonly renewBefore?: Lifetime | undefined;
  },
  context: z.RefinementCtx,
): void {
  const { authorityLifetime, lifetime: leaf, renewBefore } = settings;
  if (leaf.isLongerThan(authorityLifetime)) {
    const message = `${leaf} is longer than the authority's ${authorityLifetime}`;
    context.addIssue({ code: "custom", path: ["lifetime"], message });
  }
  if (renewBefore !== undefined && !leaf.isLongerThan(renewBefore)) {
    const message = `${renewBefore} is not shorter than the lifetime, ${leaf}`;
    context.addIssue({ code: "custom", path: ["renewBefore"], message });
  }
}
