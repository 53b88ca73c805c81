import * as pulumi from "@pulumi/pulumi";

import { type OutsideAuthority, authorityEnd, authorityProblems, splitPem } from "../components/pki";
import { AUTHORITY_DEMANDS, type AuthorityPlatform, type AuthoritySettings } from "./authority";

/** What a stack with a root publishes: certificates alone. */
interface PkiOutput {
  readonly trustBundle?: string;
  readonly certificates?: Readonly<Record<string, string>>;
}

export interface AuthorityConfiguration {
  readonly plain: (key: string) => string | undefined;
  readonly secret: (key: string) => pulumi.Output<string>;
}

/** Resolves the authorities that come from outside; a stack that several take something from is read once. */
export class OutsideAuthorities {
  private readonly stacks = new Map<string, pulumi.StackReference>();

  constructor(private readonly configuration: AuthorityConfiguration) {}

  of(platform: AuthorityPlatform, settings: AuthoritySettings | undefined): OutsideAuthority | undefined {
    if (settings === undefined) return undefined;
    const privateKeyPem = this.configuration.secret(settings.key);
    switch (settings.from) {
      case "configuration": {
        const certificatesPem = this.configuration.plain(settings.certificate) ?? "";
        warnOfEnd(platform, certificatesPem);
        const { trustStack } = settings;
        if (trustStack === undefined) return { privateKeyPem, certificatesPem };
        const trustPem = this.published(trustStack).apply(({ trustBundle }) =>
          checkedBundle(trustBundle, certificatesPem, `${platform}: stack ${trustStack}`),
        );
        return { privateKeyPem, certificatesPem, trustPem };
      }
      case "stack": {
        const certificatesPem = pulumi
          .all([this.published(settings.stack), privateKeyPem])
          .apply(([published, key]) => checkedCertificate(published, key, platform, settings));
        const trustPem = this.published(settings.stack).apply(({ trustBundle = "" }) => trustBundle);
        return { privateKeyPem, certificatesPem, trustPem };
      }
    }
  }

  private published(stack: string): pulumi.Output<PkiOutput> {
    const name = stack.includes("/") ? stack : `${pulumi.getOrganization()}/${pulumi.getProject()}/${stack}`;
    const reference = this.stacks.get(name) ?? new pulumi.StackReference(name);
    this.stacks.set(name, reference);
    return reference.getOutput("pki").apply((output: PkiOutput | undefined) => output ?? {});
  }
}

/** The bundle, which has to hold the root that the authority stands below: else regions would not trust one another. */
function checkedBundle(bundle: string | undefined, certificatesPem: string, subject: string): string {
  const roots = splitPem(bundle ?? "");
  if (roots.length === 0) throw new pulumi.RunError(`${subject} has no output pki.trustBundle: bring it up first.`);
  const root = splitPem(certificatesPem).at(-1) ?? "";
  if (!roots.includes(root)) {
    throw new pulumi.RunError(
      `${subject} does not trust the root of this stack's authority: add that root there, or import a certificate of another.`,
    );
  }
  return roots.join("");
}

function checkedCertificate(
  { certificates = {}, trustBundle = "" }: PkiOutput,
  privateKeyPem: string,
  platform: AuthorityPlatform,
  { stack, name }: Extract<AuthoritySettings, { from: "stack" }>,
): string {
  const certificate = certificates[name];
  if (certificate === undefined) {
    throw new pulumi.RunError(
      `${platform}: stack ${stack} has signed no ${name}: list the request of \`groundwork ca csr ${platform}\` there.`,
    );
  }
  const facts = { privateKeyPem, certificatesPem: certificate + trustBundle, now: new Date() };
  const [problem] = authorityProblems(facts, AUTHORITY_DEMANDS[platform]);
  if (problem !== undefined) throw new pulumi.RunError(`${platform}: ${name} of stack ${stack}: ${problem}.`);
  return facts.certificatesPem;
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
