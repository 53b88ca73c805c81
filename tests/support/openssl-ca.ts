import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

/** PEM. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

export interface PairOptions {
  readonly name: string;
  /** @default it signs itself */
  readonly issuer?: Pair;
  /** @default "ec" */
  readonly kind?: "ec" | "rsa";
  /** Curve or bits. @default "P-256", "2048" */
  readonly size?: string;
  /** As openssl's configuration writes them. @default those of an authority */
  readonly extensions?: readonly string[];
  /** @default 3650 */
  readonly days?: number;
}

export const AUTHORITY = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"];

/** Somebody else's authority: made by openssl, as an offline root is. A folder keeps what it works on. */
export class OpensslCa {
  readonly folder = mkdtempSync(path.join(tmpdir(), "groundwork-ca-"));

  pair({ name, issuer, kind = "ec", size, extensions = AUTHORITY, days = 3650 }: PairOptions): Pair {
    const algorithm =
      kind === "ec" ? ["ec", "-pkeyopt", `ec_paramgen_curve:${size ?? "P-256"}`] : [`rsa:${size ?? "2048"}`];
    this.run([
      "req",
      "-new",
      "-nodes",
      "-newkey",
      ...algorithm,
      "-subj",
      `/CN=${name}`,
      "-keyout",
      "key",
      "-out",
      "csr",
    ]);
    return {
      cert: this.sign(this.read("csr"), issuer ?? { cert: "", key: this.read("key") }, extensions, days),
      key: this.read("key"),
    };
  }

  /** The certificate for a request; an issuer without a certificate signs for itself. */
  sign(request: string, issuer: Pair, extensions: readonly string[], days = 3650): string {
    const key = issuer.key;
    this.write({ request, "issuer.key": key, "issuer.pem": issuer.cert, extensions: extensions.join("\n") });
    const by = issuer.cert === "" ? ["-signkey", "issuer.key"] : ["-CA", "issuer.pem", "-CAkey", "issuer.key"];
    const args = ["-req", "-in", "request", ...by, "-set_serial", `0x${serial()}`, "-days", String(days)];
    this.run(["x509", ...args, "-sha256", "-extfile", "extensions", "-out", "cert"]);
    return this.read("cert");
  }

  /** What openssl says of a certificate whose verifier trusts these, and is shown those: `OK`, or why not. */
  verify(cert: string, trusted: string, shown = ""): string {
    this.write({ "leaf.pem": cert, "trusted.pem": trusted, "shown.pem": shown });
    const untrusted = shown === "" ? [] : ["-untrusted", "shown.pem"];
    try {
      return this.run([
        "verify",
        "-no-CApath",
        "-no-CAfile",
        "-CAfile",
        "trusted.pem",
        ...untrusted,
        "leaf.pem",
      ]).trim();
    } catch (error) {
      return String((error as { stderr?: unknown }).stderr);
    }
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private run(args: readonly string[]): string {
    return execFileSync("openssl", [...args], {
      cwd: this.folder,
      stdio: ["ignore", "pipe", "pipe"],
      encoding: "utf8",
    });
  }

  private write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files))
      writeFileSync(path.join(this.folder, name), text, { mode: 0o600 });
  }

  private read(name: string): string {
    return readFileSync(path.join(this.folder, name), "utf8");
  }
}

let count = Date.now();
function serial(): string {
  return (count++).toString(16);
}
