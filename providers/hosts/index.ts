import * as pulumi from "@pulumi/pulumi";

/** A host as it is reached: everything but credentials, which the provider holds. A change of the way touches no host. */
export interface HostArgs {
  /** The host's identity: another name is another host and replaces what is on it. */
  readonly name: pulumi.Input<string>;
  readonly address: pulumi.Input<string>;
  /** @default the provider's port, else 22 */
  readonly port?: pulumi.Input<number>;
  /** One that is not root needs `sudo` without a password. @default the provider's user */
  readonly user?: pulumi.Input<string>;
  /** The pinned host key as `ssh-keyscan` prints it, type and base64: `ssh-ed25519 AAAA…`. */
  readonly hostKey: pulumi.Input<string>;
}

export interface FileArgs {
  /** Absolute and normalised. A missing parent directory is created root:root 0755. */
  readonly path: pulumi.Input<string>;
  readonly content: pulumi.Input<string>;
  /**
   * `whole`: the file is this content. `block`: a marked block in a file that others own, the rest untouched.
   * `seed`: placed once when absent, afterwards only owner, group and mode are kept. A file that turns from a block into
   * another kind, or back, replaces the set, and the old one is deleted first.
   * @default "whole"
   */
  readonly kind?: pulumi.Input<"whole" | "block" | "seed">;
  /** Names a block within its file; needed when `kind` is `block`. */
  readonly marker?: pulumi.Input<string>;
  /** Where a new block goes; one that is there stays where it is. @default "end" */
  readonly position?: pulumi.Input<"start" | "end">;
  /** What starts a comment line in the file, for a block's marker lines. @default "#" */
  readonly comment?: pulumi.Input<string>;
  /** A name or a number. For a block: of the file, when it has to be created. @default "root" */
  readonly owner?: pulumi.Input<string>;
  /** @default "root" */
  readonly group?: pulumi.Input<string>;
  /** Octal, `0600`. @default "0644" */
  readonly mode?: pulumi.Input<string>;
  /**
   * Take over a file, link or block that exists already instead of failing. Its original is kept on the host, for root
   * alone, and put back on delete with its owner, group and mode; an adopted seed keeps its content.
   * @default false
   */
  readonly adopt?: pulumi.Input<boolean>;
}

export interface DirectoryArgs {
  /**
   * Absolute and normalised. Missing parents are created root:root 0755. An existing directory gets this owner, group and
   * mode, and its own back on delete. Several sets may name one directory, if they agree about it.
   */
  readonly path: pulumi.Input<string>;
  /** @default "root" */
  readonly owner?: pulumi.Input<string>;
  /** @default "root" */
  readonly group?: pulumi.Input<string>;
  /** Octal. @default "0755" */
  readonly mode?: pulumi.Input<string>;
}

/**
 * What is told of a change, once, after all files of the set are in place. One that failed fails the operation and is
 * run again by the next, although no file differs. A change is also that a path is not declared any more and was taken
 * away or put back as it was, in an update or with the whole set: then the handlers that were declared for it are run.
 * After a deletion each is tried once, for units that run; what fails is told and stays so.
 */
export interface HandlerArgs {
  /** Unique within the set. */
  readonly name: pulumi.Input<string>;
  /** A named action on a service unit, done by the provider's service manager. */
  readonly action?: pulumi.Input<"reload" | "restart">;
  readonly unit?: pulumi.Input<string>;
  /** Instead of action and unit: a shell command. What it prints on standard output is shown nowhere. */
  readonly command?: pulumi.Input<string>;
  /** Run only when one of these paths of the set changed. @default any path of the set */
  readonly paths?: pulumi.Input<pulumi.Input<string>[]>;
}

export interface FileSetArgs {
  readonly host: pulumi.Input<HostArgs>;
  /** Created before the files, in this order. One that was created is removed on delete if it is empty; else it stays. */
  readonly directories?: pulumi.Input<pulumi.Input<DirectoryArgs>[]>;
  readonly files?: pulumi.Input<pulumi.Input<FileArgs>[]>;
  readonly handlers?: pulumi.Input<pulumi.Input<HandlerArgs>[]>;
}

/**
 * The files of one component on one host, placed in one round trip: all are written beside the ones in use before the
 * first is renamed. Its id is `<host name>:<logical name>-<digest of the URN>`. What it did is recorded on the host in
 * `/var/lib/groundwork`, so that an interrupted placement is completed by the next.
 */
export class FileSet extends pulumi.CustomResource {
  constructor(name: string, args: FileSetArgs, opts?: pulumi.CustomResourceOptions) {
    super("hosts:index:FileSet", name, { ...args }, opts);
  }
}

export interface GuardArgs {
  readonly host: pulumi.Input<HostArgs>;
  /**
   * Exit code 0: what `apply` does is done already; 75: it cannot be told now, as a server is down; else `apply` must run.
   * Run in every refresh.
   */
  readonly check: pulumi.Input<string>;
  readonly apply: pulumi.Input<string>;
  /** Undoes `apply` on delete; has to succeed also when nothing is applied. Nothing is undone when it is absent. */
  readonly revert?: pulumi.Input<string>;
  /** Variables of all three commands; they travel on standard input, never on a command line. */
  readonly environment?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** A change of any of these runs `check` again, and `apply` when that fails. */
  readonly triggers?: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * A command with a check: `check` decides whether `apply` must run, and has to succeed after it. All are run by
 * `/bin/sh`; standard output is shown nowhere, the end of standard error in errors, without secrets.
 */
export class Guard extends pulumi.CustomResource {
  constructor(name: string, args: GuardArgs, opts?: pulumi.CustomResourceOptions) {
    super("hosts:index:Guard", name, { ...args }, opts);
  }
}

export interface LocalFilesArgs {
  /** Absolute and normalised. Missing folders are made for the user alone, and removed on delete if they are empty. */
  readonly directory: pulumi.Input<string>;
  /** Contents by file name. All have mode 0600. One that exists with other content is refused. */
  readonly files: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * Files on the machine that `up` runs on, for its user alone: what an administrator keeps and no host may have. Another
 * machine's refresh finds them missing and its `up` writes them there.
 */
export class LocalFiles extends pulumi.CustomResource {
  constructor(name: string, args: LocalFilesArgs, opts?: pulumi.CustomResourceOptions) {
    super("hosts:index:LocalFiles", name, { ...args }, opts);
  }
}

export interface ProviderArgs {
  /** OpenSSH or PEM, unencrypted. @default the SSH agent */
  readonly privateKey?: pulumi.Input<string>;
  /** @default "root" */
  readonly user?: pulumi.Input<string>;
  /** @default 22 */
  readonly port?: pulumi.Input<number>;
  /** How `reload` and `restart` are done. @default "systemd" */
  readonly serviceManager?: pulumi.Input<"systemd" | "lab">;
  /** Hosts worked on at once. @default 16 */
  readonly maxConnections?: pulumi.Input<number>;
}

/** SSH credentials and defaults for all hosts that are reached through it. */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    const { privateKey, ...rest } = args;
    super(
      "hosts",
      name,
      {
        ...rest,
        privateKey: privateKey === undefined ? undefined : pulumi.secret(privateKey),
        port: rest.port === undefined ? undefined : pulumi.output(rest.port).apply(JSON.stringify),
        maxConnections:
          rest.maxConnections === undefined ? undefined : pulumi.output(rest.maxConnections).apply(JSON.stringify),
      },
      opts,
    );
  }
}
