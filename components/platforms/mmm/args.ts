import type { Host, PathClaims } from "../../hosts";
import type { CertificateSettings, OutsideAuthority } from "../../pki";
import type { Series } from "./stanza";

/** A host in one of MMM's roles. */
export interface MmmRole {
  readonly host: Host;
  /** What it is dialled by beside its host's name and address: the `ip` that MMM's configuration has. @default none */
  readonly names?: readonly string[];
  /**
   * The rest of its configuration file, which is then placed as a whole, in the place of one that exists. @default a
   * block is kept in the file that there is, and everything else in it is left as it is
   */
  readonly configuration?: string;
}

export interface MmmArgs {
  /** The stack's register of who places what. */
  readonly claims: PathClaims;
  /** Names the certificate authority: `dev`. */
  readonly environment: string;
  readonly certificates: CertificateSettings;
  /** Self-signed. @default one is made */
  readonly authority?: OutsideAuthority | undefined;
  readonly series: Series;
  /** Below it is `etc/ssl`. @default "/usr/local/mmm" */
  readonly base?: string;
  /** Of `mmm_agent.conf` and `mmm_mon.conf`. @default `etc` of the base in series 1, "/etc/mysql-mmm" in series 2 */
  readonly configurationDirectory?: string;
  /** Series 1 alone: whether a server's certificate is verified (1) or not (0). @default 1 in series 1 */
  readonly verifyMode?: 0 | 1;
  readonly monitor: MmmRole;
  readonly agents: readonly MmmRole[];
  /** Hosts other than the monitor's on which `mmm_control` runs. @default none */
  readonly controls?: readonly (MmmRole & {
    /** Whether it trusts MMM's authority, not the system's. @default true */
    readonly caFile?: boolean;
  })[];
  /** Services to restart after a change where they run. @default as MMM's own packages name them */
  readonly units?: { readonly agent: string; readonly monitor: string };
}
