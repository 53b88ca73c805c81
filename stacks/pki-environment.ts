import { z } from "zod";

import { Lifetime } from "../components/pki";
import { AUTHORITY_LIMIT } from "./certificates";
import { lifetime, secretKey } from "./environment-fields";
import type { SectionFacts } from "./section";

const INTERMEDIATE_LIMIT = Lifetime.years(10);
const intermediateName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "is not a name: small letters, digits, hyphens");

export const pkiSettings = z.discriminatedUnion(
  "root",
  [
    z.strictObject({
      /** The root's key is elsewhere, such as in a safe: this stack makes known whom to trust. */
      root: z.literal("offline"),
      /** The configuration key that holds its certificate; while one root takes the place of another, both of them. */
      certificate: secretKey.default("rootCertificate"),
    }),
    z.strictObject({
      /** The root's key is in the state of this stack: let few people at it. */
      root: z.literal("here"),
      commonName: z.string().min(1).max(64),
      keyAlgorithm: z.enum(["ECDSA-P256", "ECDSA-P384", "RSA-2048", "RSA-4096"]).default("ECDSA-P384"),
      lifetime: lifetime(AUTHORITY_LIMIT, "nobody will know then where its key is").prefault("20y"),
      /** Authorities of other stacks, by the names that those ask for. */
      intermediates: z
        .record(
          intermediateName,
          z.strictObject({
            /** The configuration key that holds the request of `groundwork ca csr`, which is not secret. */
            request: secretKey,
            lifetime: lifetime(INTERMEDIATE_LIMIT, "an intermediate is replaced in time").prefault("5y"),
          }),
        )
        .default({}),
    }),
  ],
  { error: "says where its key is: offline or here" },
);

export type PkiSettings = z.infer<typeof pkiSettings>;

/** What the environment has to know of the section. Paths are relative to it. */
export function pkiFacts(pki: PkiSettings): SectionFacts {
  const keys =
    pki.root === "offline"
      ? [{ key: pki.certificate, path: ["certificate"] }]
      : Object.entries(pki.intermediates).map(([name, { request }]) => ({
          key: request,
          path: ["intermediates", name, "request"],
        }));
  return {
    hosts: [],
    names: [],
    broker: false,
    // Certificates and requests are for everyone.
    secrets: keys.map(({ key, path }) => ({ key, path, remedy: `groundwork config set ${key} < FILE` })),
    problems: [],
  };
}
