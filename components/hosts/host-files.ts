import * as hosts from "@groundwork/hosts";
import * as pulumi from "@pulumi/pulumi";

import { childOptions } from "../child-options";
import type { Host } from "./host";
import type { FileClaim, PathClaims } from "./path-claims";

export interface HostFile {
  /** Absolute. */
  readonly path: string;
  readonly content: pulumi.Input<string>;
  /** See `FileArgs` of `@groundwork/hosts`. @default "whole" */
  readonly kind?: "whole" | "block" | "seed";
  /** Names a block within its file. */
  readonly marker?: string;
  /** Where a new block goes. @default "end" */
  readonly position?: "start" | "end";
  /** @default "root" */
  readonly owner?: string;
  /** @default the owner's name */
  readonly group?: string;
  /** Octal. @default "0644" */
  readonly mode?: string;
  /** Take over a file that exists already. @default false */
  readonly adopt?: boolean;
}

export interface HostDirectory {
  /** Absolute. */
  readonly path: string;
  /** @default "root" */
  readonly owner?: string;
  /** @default the owner's name */
  readonly group?: string;
  /** Octal. @default "0755" */
  readonly mode?: string;
}

export type ChangeHandler =
  | { readonly name: string; readonly action: "reload" | "restart"; readonly unit: string; readonly paths?: string[] }
  | { readonly name: string; readonly command: string; readonly paths?: string[] };

export interface HostFilesArgs {
  readonly host: Host;
  /** The stack's register of who places what. */
  readonly claims: PathClaims;
  /** Created before the files, in this order. @default none */
  readonly directories?: readonly HostDirectory[];
  /** @default none */
  readonly files?: readonly HostFile[];
  /** Told of a change once all files are in place, in this order. @default none */
  readonly handlers?: readonly ChangeHandler[];
}

/** The files of one component on one host. */
export class HostFiles extends pulumi.ComponentResource {
  /** Known once the files are in place: what needs them there depends on it. */
  readonly placed: pulumi.Output<string>;

  constructor(name: string, args: HostFilesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:hosts:HostFiles", name, {}, opts);
    const files = (args.files ?? []).map(withDefaults);
    const directories = (args.directories ?? []).map((directory) => ({
      ...directory,
      ...ownership(directory),
      mode: directory.mode ?? "0755",
    }));
    args.claims.claim(args.host.name, name, files, directories);

    const set = new hosts.FileSet(
      name,
      {
        host: hostArgs(args.host),
        directories,
        files,
        handlers: (args.handlers ?? []).map((handler) => ({ ...handler })),
      },
      childOptions(this, opts),
    );

    this.placed = set.id;
    this.registerOutputs({ placed: this.placed });
  }
}

/** What is claimed where these files are placed. */
export function claimsOf(files: readonly HostFile[]): readonly FileClaim[] {
  return files.map(({ path, kind = "whole", marker }) => ({ path, kind, ...(marker === undefined ? {} : { marker }) }));
}

/** The host as the provider takes it. */
export function hostArgs({ name, address, port, user, hostKey }: Host): hosts.HostArgs {
  return { name, address, hostKey, ...(port === undefined ? {} : { port }), ...(user === undefined ? {} : { user }) };
}

function withDefaults(file: HostFile) {
  return { ...file, ...ownership(file), kind: file.kind ?? "whole", mode: file.mode ?? "0644" };
}

function ownership({ owner = "root", group = owner }: { readonly owner?: string; readonly group?: string }) {
  return { owner, group };
}
