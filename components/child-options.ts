import type * as pulumi from "@pulumi/pulumi";

/**
 * Options of a component's children. What the component depends on is passed on to them by name: Pulumi would make
 * them wait for it, but not record it, and a deletion goes by the record.
 */
export function childOptions(
  parent: pulumi.ComponentResource,
  opts: pulumi.ComponentResourceOptions | undefined,
): pulumi.CustomResourceOptions {
  return opts?.dependsOn === undefined ? { parent } : { parent, dependsOn: opts.dependsOn };
}
