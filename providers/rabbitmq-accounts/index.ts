import * as pulumi from "@pulumi/pulumi";

export interface AbsentUserArgs {
  /** The broker user that must not exist. */
  readonly user: pulumi.Input<string>;
}

/** Declares that a broker user does not exist (`guest`). Its deletion is not undone by destroy. */
export class AbsentUser extends pulumi.CustomResource {
  constructor(name: string, args: AbsentUserArgs, opts?: pulumi.CustomResourceOptions) {
    super("rabbitmq-accounts:index:AbsentUser", name, { ...args }, opts);
  }
}

export interface UserTagsArgs {
  /** A user that exists already and is neither created nor deleted here (the operator's own account). */
  readonly user: pulumi.Input<string>;
  readonly tags: pulumi.Input<pulumi.Input<string>[]>;
}

/** Declares the tags of an existing broker user; its password is left as it is, and destroy puts back the tags found. */
export class UserTags extends pulumi.CustomResource {
  constructor(name: string, args: UserTagsArgs, opts?: pulumi.CustomResourceOptions) {
    super("rabbitmq-accounts:index:UserTags", name, { ...args }, opts);
  }
}

export interface ProviderArgs {
  /** The management API, `https://relay:15671`; the same as the rabbitmq provider's. */
  readonly endpoint: pulumi.Input<string>;
  readonly username: pulumi.Input<string>;
  readonly password: pulumi.Input<string>;
  /** CA certificate of the management API's TLS server, a path. */
  readonly cacertFile?: pulumi.Input<string>;
}

export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs, opts?: pulumi.ResourceOptions) {
    super("rabbitmq-accounts", name, { ...args, password: pulumi.secret(args.password) }, opts);
  }
}
