import { InitError, type ResourceProvider } from "../../../providers/base/provider";
import type { PropertyMap, Value } from "../../../providers/base/values";
import type { TestHost } from "../../support/servers";
import { file, hostInputs, kinds, resource, type Entry, startGround, type Ground } from "./fixture";

let host: TestHost;
let provider: ResourceProvider;
let ground: Ground | undefined;

beforeAll(async () => {
  ground = await startGround();
  ({ host, provider } = ground);
});

afterAll(() => ground?.stop());

const set = (name: string) => resource(provider, "FileSet", name);

async function read(name: string, entry: Entry): Promise<Entry> {
  const found = await set(name).read(entry);
  if (found === undefined) throw new Error(`${name} was not found`);
  return found;
}

async function initError(promise: Promise<unknown>): Promise<InitError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof InitError)) throw new Error(`not an InitError: ${String(error)}`);
  return error;
}

describe("drift", () => {
  let inputs: PropertyMap;
  let entry: Entry;

  beforeAll(async () => {
    inputs = {
      host: hostInputs(host),
      directories: [{ path: "/etc/gw-drift", owner: "mig" }],
      files: [
        file("/etc/gw-drift/a", "a"),
        file("/etc/gw-drift/b", "b", { owner: "mig", group: "mig", mode: "0600" }),
        file("/etc/gw-drift/c", "c", { kind: "block", marker: "m" }),
      ],
    };
    entry = await set("drift").create(inputs);
  });

  it.each<[string, string, Record<string, string>, PropertyMap]>([
    ["content", "echo x >/etc/gw-drift/b", { "files[1].content": "update" }, {}],
    ["a mode", "chmod 0644 /etc/gw-drift/b", { "files[1].mode": "update" }, { mode: "0644" }],
    ["an owner", "chown postgres /etc/gw-drift/b", { "files[1].owner": "update" }, { owner: "postgres" }],
    ["a group", "chgrp 4242 /etc/gw-drift/b", { "files[1].group": "update" }, { group: "4242" }],
    ["a file turned link", "ln -sf /etc/passwd /etc/gw-drift/b", { "files[1].content": "update" }, {}],
    ["a missing file", "rm /etc/gw-drift/b", { "files[1]": "add" }, {}],
    ["a block's content", "sed -i s/c/x/ /etc/gw-drift/c", { "files[2].content": "update" }, {}],
    ["a missing block", "echo x >/etc/gw-drift/c", { "files[2]": "add" }, {}],
    ["a directory's owner", "chown root /etc/gw-drift", { "directories[0].owner": "update" }, {}],
    ["a directory's mode", "chmod 0700 /etc/gw-drift", { "directories[0].mode": "update" }, {}],
  ])("of %s shows precisely and is repaired", async (_, damage, expected, inInputs) => {
    await host.run(damage);
    const found = await read("drift", entry);
    const diff = kinds(await set("drift").diff(found, inputs));
    // A file that became a link has the link's mode, owner and group too.
    for (const [path, kind] of Object.entries(expected)) expect(diff[path]).toBe(kind);
    if (!damage.startsWith("ln")) expect(diff).toEqual(expected);
    expect((found.inputs["files"] as Value[])[1]).toMatchObject(inInputs);
    entry = await set("drift").update(found, inputs);
    expect(await read("drift", entry)).toEqual(entry);
    expect((await set("drift").diff(entry, inputs)).changes).toBe(false);
    expect(await host.run("cat /etc/passwd | head -c 4; cat /etc/gw-drift/b; stat -c %a%U /etc/gw-drift/b")).toBe(
      "rootb600mig",
    );
  });

  it("that the program ignores is left as it was found", async () => {
    await host.run("echo local >/etc/gw-drift/a");
    const found = await read("drift", entry);
    const files = found.inputs["files"] as PropertyMap[];
    expect(files[0]?.["content"]).toMatch(/^sha256:[0-9a-f]{64}$/);
    // What the engine makes of `ignoreChanges: ["files[0].content"]`, with a change elsewhere.
    const kept = { ...inputs, files: [files[0] ?? {}, file("/etc/gw-drift/b", "B", { mode: "0600" })] };
    expect(Object.keys(kinds(await set("drift").diff(found, kept)))).not.toContain("files[0].content");
    const next = await set("drift").update(found, kept);
    expect(await host.run("cat /etc/gw-drift/a /etc/gw-drift/b")).toBe("local\nB");
    await set("drift").delete(next);
  });

  it("of everything is a resource that is gone", async () => {
    const gone = await set("gone").create({ host: hostInputs(host), files: [file("/etc/gw-gone", "x")] });
    await host.run("rm -r /etc/gw-gone /var/lib/groundwork");
    expect(await set("gone").read(gone)).toBeUndefined();
  });
});

describe("handlers", () => {
  const log = () => host.run("cat /var/cache/handlers 2>/dev/null; rm -f /var/cache/handlers");
  const note = (name: string, more: PropertyMap = {}) => ({
    name,
    command: `echo ${name} >>/var/cache/handlers`,
    ...more,
  });

  it("run once, in order, after a change of the paths that they name", async () => {
    const files = (a: string, b: string) => [file("/etc/gw-h/a", a), file("/etc/gw-h/b", b)];
    const handlers = [note("any"), note("only-b", { paths: ["/etc/gw-h/b"] })];
    const inputs = { host: hostInputs(host), files: files("1", "1"), handlers };
    const entry = await set("handled").create(inputs);
    expect(await log()).toBe("any\nonly-b");
    const next = await set("handled").update(entry, { ...inputs, files: files("2", "1") });
    expect(await log()).toBe("any");
    await set("handled").update(next, { ...inputs, files: files("2", "1") });
    expect(await log()).toBe("");
    const diff = await set("handled").diff(next, { ...next.inputs, handlers: [note("any")] });
    expect(kinds(diff)).toEqual({ "handlers[1]": "delete" });
    await set("handled").delete(next);
    expect(await log()).toBe("any\nonly-b");
  });

  it("run for what is taken away: by the declaration of before, once, when all is as it was", async () => {
    await host.run("mkdir /etc/own-h; echo theirs >/etc/own-h/adopted");
    const paths = ["/etc/own-h/adopted", "/etc/own-h/a", "/etc/own-h/b"];
    const show = "cat /etc/own-h/adopted >>/var/cache/handlers; ls /etc/own-h | xargs >>/var/cache/handlers";
    const files = paths.map((path) => file(path, "ours\n", { adopt: true }));
    const inputs = {
      host: hostInputs(host),
      files,
      handlers: [
        { name: "show", command: show },
        note("of-a", { paths: paths.slice(1, 2) }),
        note("of-a-or-b", { paths: paths.slice(1) }),
      ],
    };
    const entry = await set("taken").create(inputs);
    await log();
    const handlers = [{ name: "show", command: show }, note("of-a-or-b", { paths: paths.slice(2) })];
    const next = await set("taken").update(entry, { ...inputs, files: [0, 2].map((i) => files[i] ?? null), handlers });
    expect(await log()).toBe("ours\nadopted b\nof-a-or-b\nof-a");
    await set("taken").update(next, next.inputs);
    expect(await log()).toBe("");
    await host.run("rm /etc/own-h/b");
    expect(await set("taken").delete(next)).toEqual([]);
    expect(await log()).toBe("theirs\nadopted");
    expect(await set("taken").delete(next)).toEqual([]);
    expect(await log()).toBe("");
  });

  it("of a set that was created again under the same id are not run with its predecessor's deletion", async () => {
    const inputs = { host: hostInputs(host), files: [file("/etc/gw-h5", "x")], handlers: [note("again")] };
    const old = await set("again").create(inputs);
    const replacement = await set("again").create(inputs);
    await log();
    expect(await set("again").delete(old)).toEqual([]);
    expect(await log()).toBe("");
    await set("again").delete(replacement);
    expect(await log()).toBe("again");
  });

  it("that fail on a deletion are told and not tried again", async () => {
    const handlers = [
      {
        name: "picky",
        command: "test ! -e /etc/gw-h6 || exit 0; echo tried >>/var/cache/handlers; echo cause >&2; false",
      },
      note("next"),
    ];
    const inputs = { host: hostInputs(host), files: [file("/etc/gw-h6", "x")], handlers };
    const entry = await set("told").create(inputs);
    await log();
    expect(await set("told").delete(entry)).toEqual([
      `host host1: handler picky failed with exit code 1 (cause) after the files of ${entry.id} were taken away; see to it there`,
    ]);
    expect(await log()).toBe("tried\nnext");
    expect(await set("told").delete(entry)).toEqual([]);
    expect(await log()).toBe("");
    expect(await host.run("ls -d /etc/gw-h6 /var/lib/groundwork 2>/dev/null || true")).toBe("");
  });

  it("that hang on a deletion fail it once: the next one ends it", async () => {
    const command = "test ! -e /etc/gw-h7 || exit 0; echo tried >>/var/cache/handlers; sleep 600";
    const inputs = { host: hostInputs(host), files: [file("/etc/gw-h7", "x")], handlers: [{ name: "hangs", command }] };
    const entry = await set("hangs").create(inputs);
    const { common } = set("hangs");
    await expect(provider.delete({ ...common, ...entry, timeoutSeconds: 2 })).rejects.toThrow(
      "ended a script after 2 s",
    );
    expect(await set("hangs").delete(entry)).toEqual([]);
    expect(await log()).toBe("tried");
  });

  it("that failed are told with the end of their error output, and run again although no file differs", async () => {
    const failing = {
      name: "picky",
      command: "echo cause >&2; test -e /var/cache/fixed && echo ran >>/var/cache/handlers",
    };
    const inputs = { host: hostInputs(host), files: [file("/etc/gw-h2", "x")], handlers: [failing, note("next")] };
    const error = await initError(set("failing").create(inputs));
    expect(error.reasons).toEqual([
      "host host1: handler picky failed with exit code 1 (cause); the next up runs it again",
    ]);
    expect(await log()).toBe("next");
    const entry = { id: error.id, inputs: await set("failing").check(inputs), outputs: error.outputs };

    expect(kinds(await set("failing").diff(entry, inputs))).toEqual({ pendingHandlers: "update" });
    const found = await read("failing", entry);
    expect(kinds(await set("failing").diff(found, inputs))).toEqual({ pendingHandlers: "update" });
    await initError(set("failing").update(found, inputs));
    await host.run("touch /var/cache/fixed");
    const next = await set("failing").update(found, inputs);
    expect(await log()).toBe("ran");
    expect((await set("failing").diff(await read("failing", next), inputs)).changes).toBe(false);
    await set("failing").delete(next);
    expect(await log()).toBe("ran\nnext");
  });

  it("reload and restart a unit by the host's service manager", async () => {
    const service = "#!/bin/sh\necho $* >>/var/cache/handlers\ntest $1.$2 != status.mig-agent.service\n";
    await host.run("cat >/usr/local/lib/groundwork/service", { input: service });
    const handlers = [
      { name: "a", action: "reload", unit: "postgresql" },
      { name: "b", action: "restart", unit: "mig-agent.service" },
    ];
    const inputs = { host: hostInputs(host), files: [file("/etc/gw-h3", "x")], handlers };
    const entry = await set("units").create(inputs);
    expect(await log()).toBe("reload postgresql\nrestart mig-agent.service");
    // A unit that does not run is not started by taking its files away.
    expect(await set("units").delete(entry)).toEqual([]);
    expect(await log()).toBe("status postgresql\nreload postgresql\nstatus mig-agent.service");
  });

  it("may start a daemon that stays, and cannot read the script that runs them", async () => {
    const command = "cat >/var/cache/handlers; test -e /run/daemon || { sleep 60 & echo $! >/run/daemon; }";
    const handlers = [{ name: "daemon", command }];
    const inputs = { host: hostInputs(host), files: [file("/etc/gw-h4", "x")], handlers };
    const entry = await set("daemon").create(inputs);
    expect(await log()).toBe("");
    await set("daemon").delete(entry);
    await host.run("kill $(cat /run/daemon)");
  });
});
