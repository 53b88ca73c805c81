import * as pulumi from "@pulumi/pulumi";

export interface RenamedHost {
  readonly name: string;
  /** What it was called before. @default the same */
  readonly formerly?: string | undefined;
}

/** What resources were called whose names have a renamed host in them: `mig-agent-web7` of `mig-agent-web8`. */
export function formerName(resource: string, hosts: readonly RenamedHost[]): string | undefined {
  for (const { name, formerly } of hosts) {
    if (formerly === undefined) continue;
    // Names have hyphens in them, as hosts can: a host's name is one with nothing of another name beside it.
    const place = new RegExp(`(^|-)${name}(-|$)`);
    if (place.test(resource)) return resource.replace(place, (_, before, after) => `${before}${formerly}${after}`);
  }
  return undefined;
}

/** Lets resources that are named after a host go on when it is renamed. Comes before any resource is declared. */
export function aliasRenamed(hosts: readonly RenamedHost[]): void {
  if (hosts.every(({ formerly }) => formerly === undefined)) return;
  pulumi.runtime.registerStackTransformation(({ name, props, opts }) => {
    const former = formerName(name, hosts);
    return former === undefined
      ? undefined
      : { props, opts: { ...opts, aliases: [...aliasesOf(opts.aliases), { name: former }] } };
  });
}

/** The aliases that a resource has already; the SDK takes an output of them as well, which nothing here gives. */
function aliasesOf(aliases: pulumi.ResourceOptions["aliases"]): readonly pulumi.Input<pulumi.URN | pulumi.Alias>[] {
  return Array.isArray(aliases) ? aliases : [];
}
