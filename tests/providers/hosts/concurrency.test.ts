import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { namespacePids } from "../../../lab/processes";
import type { ResourceProvider } from "../../../providers/base/provider";
import { Secret } from "../../../providers/base/values";
import { startTestHosts, type TestHost } from "../../support/servers";
import { configuredProvider, file, hostInputs, resource } from "./fixture";

const HOSTS = 20;
const SECRET = "s3cr3t-key-material-0123456789";

let hosts: TestHost[] = [];
let first: TestHost;
let provider: ResourceProvider;

beforeAll(async () => {
  hosts = await startTestHosts(HOSTS);
  [first] = hosts as [TestHost];
  provider = await configuredProvider(first, { maxConnections: 8 });
}, 120_000);

afterAll(async () => {
  await provider?.close();
  await Promise.all(hosts.map((host) => host.stop()));
});

const set = (name: string) => resource(provider, "FileSet", name);

it("20 hosts are worked on, at most as many at once as allowed", async () => {
  const on = (host: TestHost) => set(`set-${host.name}`);
  const entries = await Promise.all(
    hosts.map((host) => on(host).create({ host: hostInputs(host), files: [file("/etc/gw", host.name)] })),
  );
  const placed = await Promise.all(hosts.map((host) => host.run("cat /etc/gw")));
  expect(placed).toEqual(hosts.map(({ name }) => name));
  const connected = await Promise.all(hosts.map((host) => host.run("pgrep -c -x sshd")));
  // The listener, and two processes a connection.
  expect(connected.filter((count) => Number(count) > 1).length).toBeLessThanOrEqual(8);
  await Promise.all(hosts.map((host, index) => on(host).delete(entries[index] ?? { id: "", inputs: {}, outputs: {} })));
});

it("many sets are placed on one host at once, also as blocks of one file", async () => {
  const names = Array.from({ length: 12 }, (_, index) => `s${index}`);
  const entries = await Promise.all(
    names.map((name) =>
      set(name).create({
        host: hostInputs(first),
        directories: [{ path: "/etc/gw-many" }],
        files: [file(`/etc/gw-many/${name}`, name), file("/etc/gw-many/blocks", name, { kind: "block", marker: name })],
      }),
    ),
  );
  expect(await first.run("grep -c BEGIN /etc/gw-many/blocks; ls /etc/gw-many | wc -l")).toBe("12\n13");
  await Promise.all(
    names.map((name, index) => set(name).delete(entries[index] ?? { id: "", inputs: {}, outputs: {} })),
  );
  expect(await first.run("ls -d /etc/gw-many /var/lib/groundwork 2>/dev/null || true")).toBe("");
});

it("no secret shows on a command line while it is placed", async () => {
  const content = new Secret(SECRET.repeat(2_000));
  const files = Array.from({ length: 10 }, (_, index) => file(`/etc/gw-secret/${index}`, content, { mode: "0600" }));
  // A process may end between the shell's list and the reading of it: cat's failure is no news.
  const watch = "while [ ! -e /run/stop ]; do cat /proc/[0-9]*/cmdline 2>/dev/null || :; done >/run/seen";
  const watching = first.run(watch);
  // On a busy machine a placement can begin and end between two looks: it is seen again until it was caught at work.
  let seen = "";
  for (let round = 0; round < 10 && !seen.includes("base64 -d"); round++) {
    const entry = await set("secret").create({ host: hostInputs(first), files });
    seen = await first.run("tr '\\0' ' ' </run/seen");
    await set("secret").delete(entry);
  }
  await first.run("touch /run/stop");
  await watching;
  seen = await first.run("tr '\\0' ' ' </run/seen");
  expect(seen.includes("base64 -d")).toBe(true);
  expect(seen).not.toContain(SECRET.slice(0, 8));
  expect(seen).not.toContain(Buffer.from(SECRET).toString("base64").slice(0, 10));
});

const strace = existsSync("/usr/bin/strace");

(strace ? it : it.skip)(
  `the trace of a placement shows the file never laxer than 0600 before its last chmod${strace ? "" : " (strace is not installed)"}`,
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "groundwork-trace-"));
    try {
      const pid = await first.run(
        "cat /proc/self/stat >/dev/null; readlink /proc/self/ns/pid >/dev/null; pgrep -o -x sshd",
      );
      expect(pid).toBe("1");
      const trace = path.join(folder, "trace");
      const daemon = await outerPid(first);
      const tracer = spawn("strace", [
        ...[
          "-f",
          "-o",
          trace,
          "-e",
          "trace=openat,fchmodat,fchownat,chmod,chown,fchmod,fchown,fsync,rename,renameat,renameat2,write",
        ],
        ...["-p", String(daemon)],
      ]);
      await once(tracer.stderr, "data");
      const fresh = await configuredProvider(first);
      const files = [file("/etc/gw-traced", new Secret(SECRET), { mode: "0640", owner: "mig" })];
      const entry = await resource(fresh, "FileSet", "traced").create({ host: hostInputs(first), files });
      tracer.kill("SIGINT");
      await once(tracer, "exit");
      await resource(fresh, "FileSet", "traced").delete(entry);
      await fresh.close();

      const lines = readFileSync(trace, "utf8").split("\n");
      const opened = lines.findIndex(
        (line) => /openat\(.*"\/etc\/\.groundwork-/.test(line) && line.includes("O_CREAT"),
      );
      expect(lines[opened]).toMatch(/O_WRONLY\|O_CREAT\|O_EXCL.*, 0600\) = /);
      const after = lines.slice(opened);
      const at = (pattern: RegExp) => after.findIndex((line) => pattern.test(line));
      const order = [
        at(new RegExp(`write\\(1, "${SECRET.slice(0, 12)}`)),
        at(/fsync\(/),
        at(/fchownat\(AT_FDCWD, "\/proc\/self\/fd\/8"/),
        at(/fchmodat\(AT_FDCWD, "\/proc\/self\/fd\/8", 0640/),
        at(/rename(at2?)?\(.*"\/etc\/\.groundwork-.*"\/etc\/gw-traced"/),
      ];
      expect(order).toEqual([...order].sort((a, b) => a - b));
      expect(order[0]).toBeGreaterThan(0);
      const modes = after.map(
        (line) => /chmod(?:at)?\(.*(?:\/proc\/self\/fd\/8"|groundwork-[^"]*"|\d), (0\d+)/.exec(line)?.[1],
      );
      expect(modes.filter((mode) => mode !== undefined && mode !== "0600")).toEqual(["0640"]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

/** The host's sshd as this machine counts processes. */
async function outerPid(host: TestHost): Promise<number> {
  const namespace = await host.run("readlink /proc/1/ns/pid");
  const child = spawn("sh", [
    "-c",
    `for p in /proc/[0-9]*; do [ "$(readlink $p/ns/pid)" != "${namespace}" ] || echo \${p#/proc/}; done`,
  ]);
  const chunks: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => chunks.push(text));
  await once(child, "close");
  const pids = chunks.join("").split("\n").filter(Boolean).map(Number);
  // Others of them may have ended meanwhile.
  const inner = pids.find((pid) => namespacePids(pid).length > 1 && namespacePids(pid).at(-1) === 1);
  if (inner === undefined) throw new Error("the host's first process was not found");
  return inner;
}
