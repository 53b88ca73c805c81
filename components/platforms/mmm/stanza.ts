/** The series of MMM: 1 with the `SSL` branch's `socket_type`, 2 with its `<socket>` section. */
export type Series = 1 | 2;

export interface TlsPaths {
  readonly certificate: string;
  readonly key: string;
  readonly ca: string;
}

/** Where a node has its pair and whom it trusts, below MMM's base. */
export function tlsPaths(base: string): TlsPaths {
  const directory = `${base}/etc/ssl`;
  return {
    certificate: `${directory}/ssl_crt.pem`,
    key: `${directory}/ssl_key.pem`,
    ca: `${directory}/ca_crt.pem`,
  };
}

export interface Stanza {
  readonly series: Series;
  readonly certificate: string;
  readonly key: string;
  /** Left out, the system's authorities are trusted, which `mmm_control` alone may do. */
  readonly ca?: string;
  /**
   * Of connections that this program opens, in series 1: 1 verifies the server, 0 does not. Whoever listens verifies its
   * clients in any case. Series 2 does not know it.
   */
  readonly verifyMode?: 0 | 1;
}

/**
 * What turns TLS on in `mmm_agent.conf` and `mmm_mon.conf`. In series 1 `socket_type` has to begin its line: indented, it
 * belongs to what is above it, and connections are plain. No line ends in a blank, which would be part of a path.
 *
 * @throws Error for a path that the grammar cannot hold, and for `verifyMode` in series 2, where it is fatal
 */
export function stanza({ series, certificate, key, ca, verifyMode }: Stanza): string {
  const files = { cert_file: certificate, key_file: key, ca_file: ca };
  for (const path of Object.values(files)) {
    if (path !== undefined && !/^\/[^\s,]+$/.test(path)) {
      throw new Error(
        `"${path}" cannot be in a configuration of MMM: a path there is absolute, without blanks and commas.`,
      );
    }
  }
  switch (series) {
    case 1:
      return block("socket_type ssl", { ...files, verify_mode: verifyMode?.toString() });
    case 2:
      if (verifyMode !== undefined) throw new Error("MMM 2 knows no verify_mode: leave it out.");
      return `${block("<socket>", { type: "ssl", ...files })}</socket>\n`;
  }
}

function block(head: string, values: Readonly<Record<string, string | undefined>>): string {
  const lines = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [`    ${name.padEnd(9)} ${value}`],
  );
  return `${[head, ...lines].join("\n")}\n`;
}
