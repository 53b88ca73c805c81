import * as pulumi from "@pulumi/pulumi";

/** A resource of the provider `test`, whose objects lie in a file (`world.ts`). */
export class Thing extends pulumi.CustomResource {
  declare readonly made: pulumi.Output<number>;
  declare readonly key: pulumi.Output<string>;
  declare readonly value: pulumi.Output<unknown>;

  constructor(name: string, args: Record<string, unknown> = {}, opts?: pulumi.CustomResourceOptions) {
    super("test:index:Thing", name, { made: undefined, key: undefined, value: undefined, ...args }, opts);
  }

  static existing(name: string, id: string): Thing {
    return new Thing(name, {}, { id });
  }
}

export class Group extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions, outputs: Record<string, unknown> = {}) {
    super("test:index:Group", name, {}, opts);
    this.registerOutputs(outputs);
  }
}

/** An explicit provider; another `place` replaces it and what it serves. */
export class Place extends pulumi.ProviderResource {
  constructor(
    name: string,
    args: { readonly place?: string; readonly password?: pulumi.Input<string> },
    opts?: pulumi.ResourceOptions,
  ) {
    super("test", name, args, opts);
  }
}
