import { TrustRoot, joinPem, splitPem } from "../components/pki";
import type { PlatformOutputs } from "./outputs";
import type { PkiSettings } from "./pki-environment";

/** Declares the root, where it is this stack's, and makes known what other stacks take: certificates and no key. */
export function declarePki(
  pki: PkiSettings,
  organization: string,
  plain: (key: string) => string | undefined,
): PlatformOutputs {
  if (pki.root === "offline") {
    const trustBundle = joinPem(splitPem(plain(pki.certificate) ?? ""));
    return { roles: {}, open: { trustBundle, certificates: {} } };
  }
  const { commonName, keyAlgorithm, lifetime, intermediates } = pki;
  const { bundlePem, certificates } = new TrustRoot("pki", {
    commonName,
    keyAlgorithm,
    lifetime,
    organization,
    intermediates: Object.entries(intermediates).map(([name, each]) => ({
      name,
      requestPem: plain(each.request) ?? "",
      lifetime: each.lifetime,
    })),
  });
  return { roles: {}, open: { trustBundle: bundlePem, certificates } };
}
