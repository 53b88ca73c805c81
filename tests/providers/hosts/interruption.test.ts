import { InitError, type ResourceProvider } from "../../../providers/base/provider";
import { Secret, type PropertyMap } from "../../../providers/base/values";
import type { TestHost } from "../../support/servers";
import { configuredProvider, file, hostInputs, resource, startGround, type Ground } from "./fixture";

/** What changes something on a host; the script is killed before each of its uses. */
const MUTATING = ["base64", "chmod", "chown", "install", "ln", "mkdir", "mv", "rm", "rmdir", "sync"];
const MOST_STEPS = 200;
/** 1 takes minutes. */
const STRIDE = Number(process.env["GROUNDWORK_KILL_STRIDE"] ?? 24);

let host: TestHost;
let provider: ResourceProvider;
let ground: Ground | undefined;

beforeAll(async () => {
  ground = await startGround();
  ({ host, provider } = ground);
  for (const command of MUTATING) {
    const wrapper = `#!/bin/sh
if [ -s /run/steps ]; then
  read steps </run/steps
  if [ "$steps" = 1 ]; then : >/run/steps; kill -9 0; fi
  echo $((steps - 1)) >/run/steps
fi
exec /usr/bin/${command} "$@"
`;
    await host.run(`cat >/usr/local/bin/${command}; /usr/bin/chmod 0755 /usr/local/bin/${command}`, { input: wrapper });
  }
  await host.run(
    "mkdir /etc/own-dir; cd /etc/own-dir; echo theirs >file; chown mig file; ln -s file link; printf 'no line break' >block;" +
      " chmod 0711 .",
  );
});

afterAll(() => ground?.stop());

const set = () => resource(provider, "FileSet", "set");

const snapshot = () =>
  host.run(
    "find /etc/own-dir /etc/gw* /var/lib/groundwork -printf '%p %m %u:%g %y %l\\n' 2>/dev/null | sort;" +
      " find /etc/own-dir -type f -exec sha256sum {} + | sort",
  );

function inputs(version: string): PropertyMap {
  return {
    host: hostInputs(host),
    directories: [{ path: "/etc/own-dir", owner: "mig", mode: "0700" }],
    files: files(version),
    handlers: [{ name: "h", command: "echo ran >>/run/handled" }],
  };
}

function files(version: string): PropertyMap[] {
  return [
    file("/etc/gw-new/dir/key", new Secret(`key ${version}`), { mode: "0600", owner: "mig" }),
    file("/etc/own-dir/file", `file ${version}`, { adopt: true }),
    file("/etc/own-dir/link", `link ${version}`, { adopt: true }),
    file("/etc/own-dir/block", `block ${version}`, { kind: "block", marker: "m" }),
  ];
}

const placed = () =>
  host.run(
    "cd /etc; for f in gw-new/dir/key own-dir/file own-dir/link own-dir/block; do cat $f; echo; done;" +
      " find own-dir gw-new -name '.groundwork*'; sort -u /run/handled; rm /run/handled; stat -c '%a %U' gw-new/dir/key own-dir",
  );

function asDeclared(version: string): string {
  const block = `no line break\n# BEGIN groundwork m\nblock ${version}\n# END groundwork m`;
  return `key ${version}\nfile ${version}\nlink ${version}\n${block}\n\nran\n600 mig\n700 mig`;
}

/**
 * Runs something with its script killed before its n-th change, for every n, or every `STRIDE`-th; `recover` gets the
 * error. Gives how many changes there are.
 */
async function killEverywhere(
  run: () => Promise<unknown>,
  recover: (error: Error, step: number) => Promise<void>,
): Promise<number> {
  for (let step = 1; step < MOST_STEPS; step += STRIDE) {
    await host.run(`echo ${step} >/run/steps`);
    const error = await run().then(
      () => undefined,
      (reason: unknown) => (reason instanceof Error ? reason : new Error(String(reason))),
    );
    // A secret that is staged is nobody else's to read, wherever the run ended.
    expect(await host.run(": >/run/steps; find /etc/gw-new -type f -perm /077 2>/dev/null || true")).toBe("");
    if (error === undefined) return step;
    expect(error.message).toMatch(/broke off the connection|ended early|cannot|is not|host1/);
    await recover(error, step);
  }
  throw new Error("it never ended");
}

it("killed at any point, a creation is completed by the next run, and a deletion restores all", async () => {
  const before = await snapshot();
  const steps = await killEverywhere(
    () => set().create(inputs("1")),
    async (error, step) => {
      if (!(error instanceof InitError)) throw error;
      const entry = { id: error.id, outputs: error.outputs, inputs: await set().check(inputs("1")) };
      // Its state may have been lost with it, or the program may want it no more.
      if (step % 3 === 0) return void (await set().delete(entry));
      const next = step % 3 === 1 ? await set().update(entry, inputs("1")) : await set().create(inputs("1"));
      expect(await placed()).toBe(asDeclared("1"));
      await set().delete(next);
      expect(await snapshot()).toBe(before);
    },
  );
  expect(steps).toBeGreaterThan(30);
  await set().delete(await set().create(inputs("1")));
  expect(await snapshot()).toBe(before);
}, 600_000);

it("killed at any point, an update is completed by the next run", async () => {
  const before = await snapshot();
  let entry = await set().create({
    ...inputs("1"),
    files: [file("/etc/gw-new/old", "old", { mode: "0600" }), ...files("1").slice(2)],
  });
  const first = entry;
  await killEverywhere(
    () => set().update(entry, inputs("2")),
    async () => {
      entry = await set().update(entry, inputs("2"));
      expect(await placed()).toBe(asDeclared("2"));
      entry = await set().update(entry, first.inputs);
    },
  );
  await set().delete(await set().update(entry, inputs("2")));
  expect(await snapshot()).toBe(before);
}, 600_000);

it("killed at any point, a deletion is completed by the next run", async () => {
  const before = await snapshot();
  let entry = await set().create(inputs("1"));
  await killEverywhere(
    () => set().delete(entry),
    async () => {
      await set().delete(entry);
      expect(await snapshot()).toBe(before);
      entry = await set().create(inputs("1"));
    },
  );
  expect(await snapshot()).toBe(before);
}, 600_000);

it("goes on when the provider ends in the middle: the host finishes what it has, and the next run waits for it", async () => {
  const slow = {
    ...inputs("1"),
    handlers: [
      {
        name: "h",
        command: "touch /run/slow; until [ -e /run/go ]; do sleep 0.02; done; rm /run/go; echo ran >>/run/handled",
      },
    ],
  };
  const doomed = await configuredProvider(host);
  const creation = resource(doomed, "FileSet", "set")
    .create(slow)
    .catch((reason: unknown) => reason);
  await host.run("rm -f /run/handled; until [ -e /run/slow ]; do sleep 0.02; done; rm /run/slow");
  await doomed.close();
  const error = await creation;
  if (!(error instanceof InitError)) throw error;
  const reading = set().read({ id: error.id, inputs: await set().check(slow) });
  await host.run("touch /run/go");
  const found = await reading;
  if (found === undefined) throw new Error("the interrupted creation was not found");
  const next = await set().update(found, inputs("1"));
  expect(await placed()).toBe(asDeclared("1"));
  await set().delete(next);
});
