import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";

import { runCommand } from "../../../lab/command";
import { testRun } from "../../support/run";

/** A client certificate of an authority that nobody here trusts, made like ours otherwise. */
export async function makeForeignIdentity(): Promise<{ readonly cert: string; readonly key: string }> {
  const folder = mkdtempSync(path.join(testRun().directory, "foreign-"));
  try {
    await openssl(
      folder,
      `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=foreign -keyout ca.key -out ca.pem`,
    );
    await openssl(
      folder,
      `req -x509 -CA ca.pem -CAkey ca.key -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=agent1
       -addext extendedKeyUsage=clientAuth -addext basicConstraints=critical,CA:FALSE -keyout key.pem -out cert.pem`,
    );
    const [cert = "", key = ""] = ["cert.pem", "key.pem"].map((name) => readFileSync(path.join(folder, name), "utf8"));
    return { cert, key };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function openssl(cwd: string, args: string): Promise<void> {
  const { code, stderr } = await runCommand("openssl", args.split(/\s+/), { cwd });
  if (code !== 0) throw new Error(`openssl ${args} failed: ${stderr}`);
}
