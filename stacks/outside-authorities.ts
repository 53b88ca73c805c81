import * as pulumi from "@pulumi/pulumi";

import { type OutsideAuthority, authorityEnd } from "../components/pki";
import {
  type AuthorityPlatform,
  type AuthoritySettings,
  type Published,
  type PublishedStacks,
  certificatesOf,
  trustStackOf,
} from "./authority";

export interface AuthorityConfiguration {
  readonly plain: (key: string) => string | undefined;
  readonly secret: (key: string) => pulumi.Output<string>;
}

/** What stacks with a root make known. Nothing is declared before it is read, as it is judged first. */
export async function readPublished(stacks: readonly string[]): Promise<PublishedStacks> {
  const read = [...new Set(stacks)].map(async (stack) => {
    const name = stack.includes("/") ? stack : `${pulumi.getOrganization()}/${pulumi.getProject()}/${stack}`;
    const { value } = await new pulumi.StackReference(name).getOutputDetails("pki");
    return [stack, (value ?? {}) as Published] as const;
  });
  return new Map(await Promise.all(read));
}

/** The authorities that come from outside, of settings that were found right. */
export class OutsideAuthorities {
  constructor(
    private readonly configuration: AuthorityConfiguration,
    private readonly published: PublishedStacks,
  ) {}

  of(platform: AuthorityPlatform, settings: AuthoritySettings | undefined): OutsideAuthority | undefined {
    if (settings === undefined) return undefined;
    const { plain, secret } = this.configuration;
    const certificatesPem = certificatesOf(settings, plain, this.published) ?? "";
    const stack = trustStackOf(settings);
    const trustPem = stack === undefined ? undefined : this.published.get(stack)?.trustBundle;
    if (settings.from === "configuration") warnOfEnd(platform, certificatesPem);
    return { privateKeyPem: secret(settings.key), certificatesPem, trustPem };
  }
}

const DAY_MS = 24 * 3_600_000;
const SOON_DAYS = 90;

function warnOfEnd(platform: AuthorityPlatform, certificatesPem: string): void {
  const end = authorityEnd(certificatesPem);
  const left = end === undefined ? Infinity : (end.getTime() - Date.now()) / DAY_MS;
  if (left > SOON_DAYS) return;
  const remedy = `groundwork ca csr ${platform} --renew, then groundwork ca import ${platform}`;
  void pulumi.log.warn(`The authority of ${platform} ends in ${Math.floor(left)} days: ${remedy}.`);
}
