import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { runCommand } from "../../lab/command";
import { testRun } from "../support/run";

const CHECKOUT = path.resolve(__dirname, "../..");

/** In a mount namespace of its own: a folder becomes a root that is no mount point, as a debootstrap makes one. */
const IN_CHROOT = `set -eu
nsenter --mount=/proc/self/ns/mnt mount --make-rprivate /
for name in "$@"; do mount --rbind "/$name" "$ROOT/$name"; done
exec chroot "$ROOT" "$NODE" -r "$CHECKOUT/cli/bin/register.js" -e "$SCRIPT"`;

/** A host is started, writes to its own and to the machine's files, and is ended. */
const SCRIPT = `(async () => {
  const { Host } = require(process.env.CHECKOUT + "/lab/host");
  const { FOLDER: directory, ADDRESS: address, KEY: authorizedKey } = process.env;
  const host = new Host({ name: "inside", address, directory, authorizedKey });
  await host.start();
  console.log(await host.run("hostname; echo mine >/etc/mine && cat /etc/mine; touch /new 2>&1 || true"));
  await host.stop();
  console.log(require("fs").readFileSync("/proc/self/mountinfo", "utf8").includes(host.marker));
})()`;

test("a lab host lives in a chroot whose root is a plain folder, and leaves no mount there", async () => {
  const root = mkdtempSync(path.join(tmpdir(), "groundwork-chroot-"));
  try {
    const folders = readdirSync("/").filter((name) => statSync(`/${name}`, { throwIfNoEntry: false })?.isDirectory());
    for (const name of folders) mkdirSync(path.join(root, name));
    const { directory, network, publicKey } = testRun();
    const env = {
      ...{ PATH: process.env["PATH"] ?? "", NODE: process.execPath, ROOT: root, CHECKOUT, SCRIPT, KEY: publicKey },
      ...{ FOLDER: path.join(directory, "hosts/chroot"), ADDRESS: `${network}.9` },
    };
    const args = ["--mount", "--propagation", "unchanged", "sh", "-c", IN_CHROOT, "sh", ...folders];
    expect(await runCommand("unshare", args, { env })).toEqual({
      code: 0,
      stdout: "inside\nmine\ntouch: cannot touch '/new': Read-only file system\nfalse\n",
      stderr: "",
    });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}, 60_000);
