import type { ResourceProvider } from "../../../providers/base/provider";
import { containsSecret, Secret } from "../../../providers/base/values";
import type { TestHost } from "../../support/servers";
import { file, hostInputs, kinds, resource, startGround, type Ground } from "./fixture";

let host: TestHost;
let provider: ResourceProvider;
let ground: Ground | undefined;

beforeAll(async () => {
  ground = await startGround();
  ({ host, provider } = ground);
});

afterAll(() => ground?.stop());

const set = (name: string) => resource(provider, "FileSet", name);
const stat = (path: string) => host.run(`stat -c '%a %U:%G' ${path}`);

/** Everything under /etc and what the provider remembers, as lines; tells whether a host is as it was. */
const snapshot = () =>
  host.run(
    "find /etc/gw* /etc/own* /var/lib/groundwork -printf '%p %m %u:%g %y %l\\n' 2>/dev/null | sort;" +
      " find /etc/gw* /etc/own* -type f -exec sha256sum {} + 2>/dev/null | sort -k 2",
  );

describe("whole files", () => {
  it("are placed with owner, group and mode, in directories that are made, and removed without a trace", async () => {
    const before = await snapshot();
    const entry = await set("whole").create({
      host: hostInputs(host),
      directories: [{ path: "/etc/gw-whole/keys", owner: "rabbitmq", group: "rabbitmq", mode: "0750" }],
      files: [
        file("/etc/gw-whole/keys/it's a key.pem", new Secret("secret\nkey\n"), {
          owner: "rabbitmq",
          group: "mig",
          mode: "0400",
        }),
        file("/etc/gw-whole/plain.conf", "größe = 1"),
        file("/etc/gw-whole/empty", "", { mode: "4755" }),
      ],
    });
    expect(await host.run(`cat "/etc/gw-whole/keys/it's a key.pem" /etc/gw-whole/plain.conf`)).toBe(
      "secret\nkey\ngröße = 1",
    );
    expect(await stat("/etc/gw-whole/keys")).toBe("750 rabbitmq:rabbitmq");
    expect(await stat("/etc/gw-whole")).toBe("755 root:root");
    expect(await stat(`"/etc/gw-whole/keys/it's a key.pem"`)).toBe("400 rabbitmq:mig");
    expect(await stat("/etc/gw-whole/empty")).toBe("4755 root:root");
    expect(await host.run("stat -c '%a %U' /var/lib/groundwork")).toBe("700 root");

    const read = await set("whole").read(entry);
    expect(read).toEqual(entry);
    expect((await set("whole").diff(entry, entry.inputs)).changes).toBe(false);

    await set("whole").delete(entry);
    expect(await snapshot()).toBe(before);
    await set("whole").delete(entry);
  });

  it("that are as declared are not touched by an update, and what is not declared any more goes", async () => {
    const files = [file("/etc/gw-update/a", "a"), file("/etc/gw-update/b", "b"), file("/etc/gw-update/c", "c")];
    const entry = await set("update").create({ host: hostInputs(host), files });
    const inode = await host.run("stat -c %i /etc/gw-update/a");
    const changed = [file("/etc/gw-update/d", "d"), file("/etc/gw-update/a", "a"), file("/etc/gw-update/b", "B")];
    const diff = await set("update").diff(entry, { host: hostInputs(host), files: changed });
    expect(kinds(diff)).toEqual({ "files[0]": "add", "files[2].content": "update", "files[2]": "delete" });
    const next = await set("update").update(entry, { host: hostInputs(host), files: changed });
    expect(await host.run("stat -c %i /etc/gw-update/a")).toBe(inode);
    expect(await host.run("cd /etc/gw-update; tail -n +1 *")).toBe("==> a <==\na\n==> b <==\nB\n==> d <==\nd");
    await set("update").delete(next);
    expect(await host.run("ls -d /etc/gw-update || true")).toBe("");
  });

  it("that exist already are an error naming host and path, and nothing of the set is placed", async () => {
    await host.run("mkdir -p /etc/own-existing; echo mine >/etc/own-existing/file");
    const files = [file("/etc/own-existing/new", "new"), file("/etc/own-existing/file", "ours")];
    const before = await snapshot();
    await expect(set("existing").create({ host: hostInputs(host), files })).rejects.toThrow(
      "host host1: /etc/own-existing/file exists and was not placed by this set: remove it, or set adopt",
    );
    expect(await snapshot()).toBe(before);
  });

  it("that are adopted come back exactly as they were", async () => {
    await host.run(
      "mkdir -p /etc/own-adopt; cd /etc/own-adopt; printf 'a\\0b' >file; chown mig:rabbitmq file; chmod 0604 file;" +
        " ln -s file link; chown -h mig:mig link; chmod 0711 .; chown postgres:postgres .",
    );
    const before = await snapshot();
    const entry = await set("adopt").create({
      host: hostInputs(host),
      directories: [{ path: "/etc/own-adopt", mode: "0700" }],
      files: [
        file("/etc/own-adopt/file", "ours", { adopt: true }),
        file("/etc/own-adopt/link", "ours too", { adopt: true, mode: "0600" }),
      ],
    });
    expect(await stat("/etc/own-adopt /etc/own-adopt/*")).toBe("700 root:root\n644 root:root\n600 root:root");
    expect(await host.run("find /var/lib/groundwork ! -user root -o -perm /077")).toBe("");
    const changed = await set("adopt").update(entry, { ...entry.inputs, files: [file("/etc/own-adopt/file", "v2")] });
    expect(await host.run("readlink /etc/own-adopt/link")).toBe("file");
    await set("adopt").delete(changed);
    expect(await snapshot()).toBe(before);
  });

  it("of another set are refused, and a directory is shared", async () => {
    const directories = [{ path: "/etc/gw-shared" }];
    const first = await set("first").create({
      host: hostInputs(host),
      directories,
      files: [file("/etc/gw-shared/a", "1")],
    });
    const second = set("second").create({ host: hostInputs(host), files: [file("/etc/gw-shared/a", "2")] });
    await expect(second).rejects.toThrow(
      /\/etc\/gw-shared\/a is placed by host1:first-[0-9a-f]+: remove it there first/,
    );
    const third = await set("third").create({
      host: hostInputs(host),
      directories,
      files: [file("/etc/gw-shared/b", "3")],
    });
    expect(await set("first").delete(first)).toEqual([]);
    expect(await host.run("ls /etc/gw-shared")).toBe("b");
    await host.run("touch /etc/gw-shared/foreign");
    expect(await set("third").delete(third)).toEqual([
      "host host1: /etc/gw-shared is not empty and stays: remove it when nobody needs what is in it",
    ]);
    expect(await host.run("ls /etc/gw-shared; rm -r /etc/gw-shared")).toBe("foreign");
  });

  it("created again under the same id are not deleted with their predecessor", async () => {
    const inputs = { host: hostInputs(host), files: [file("/etc/gw-again", "1")] };
    const old = await set("again").create(inputs);
    const replacement = await set("again").create(inputs);
    await set("again").delete(old);
    expect(await host.run("cat /etc/gw-again")).toBe("1");
    await set("again").delete(replacement);
    expect(await host.run("ls /etc/gw-again /var/lib/groundwork 2>/dev/null || true")).toBe("");
  });

  it("stay when only the way to the host changed", async () => {
    const entry = await set("way").create({ host: hostInputs(host), files: [file("/etc/gw-way", "1")] });
    const elsewhere = { ...entry.inputs, host: { ...hostInputs(host), address: "127.0.0.99", port: 1 } };
    expect(kinds(await set("way").diff(entry, elsewhere))).toEqual({ "host.address": "update", "host.port": "update" });
    expect((await set("way").update(entry, elsewhere)).outputs).toEqual(entry.outputs);
    const renamed = await set("way").diff(entry, { ...entry.inputs, host: { ...hostInputs(host), name: "other" } });
    // It is the same machine, on which no file can be placed twice; another one can have the new before the old goes.
    expect(renamed).toMatchObject({ replaces: ["host"], deleteBeforeReplace: true });
    const moved = await set("way").diff(entry, {
      ...entry.inputs,
      host: { ...hostInputs(host), name: "other", address: "127.0.0.99" },
    });
    expect(moved).toMatchObject({ replaces: ["host"], deleteBeforeReplace: false });
    await set("way").delete(entry);
  });
});

describe("blocks", () => {
  const block = (path: string, marker: string, content: string, more = {}) =>
    file(path, content, { kind: "block", marker, ...more });

  it.each([
    ["a line break at its end", "first\\nlast\\n"],
    ["none", "first\\nlast"],
    ["nothing in it", ""],
  ])("of two sets live in a file of others with %s, which is the same again after them", async (_, content) => {
    await host.run(`printf '${content}' >/etc/own-limits; chown mig:mig /etc/own-limits; chmod 0640 /etc/own-limits`);
    const before = await snapshot();
    const one = await set("one").create({
      host: hostInputs(host),
      files: [block("/etc/own-limits", "one", "a\nb"), block("/etc/own-limits", "top", "t\n", { position: "start" })],
    });
    const two = await set("two").create({ host: hostInputs(host), files: [block("/etc/own-limits", "two", "c")] });
    const lines = (await host.run("cat /etc/own-limits")).split("\n");
    expect(lines.filter((line) => line.includes("groundwork"))).toEqual([
      "# BEGIN groundwork top",
      "# END groundwork top",
      "# BEGIN groundwork one",
      "# END groundwork one",
      "# BEGIN groundwork two",
      "# END groundwork two",
    ]);
    expect(await stat("/etc/own-limits")).toBe("640 mig:mig");
    const next = await set("one").update(one, { ...one.inputs, files: [block("/etc/own-limits", "one", "a\nB\n")] });
    expect(await host.run("grep -c B$ /etc/own-limits; grep -c top /etc/own-limits || true")).toBe("1\n0");
    expect((await set("one").diff(next, next.inputs)).changes).toBe(false);
    await set("two").delete(two);
    await set("one").delete(next);
    expect(await snapshot()).toBe(before);
  });

  it("make their file and take it away again, but not with what others wrote to it", async () => {
    const files = [block("/etc/gw-block", "only", "x", { mode: "0600", owner: "mig", comment: ";" })];
    const entry = await set("made").create({ host: hostInputs(host), files });
    expect(await host.run("cat /etc/gw-block")).toBe("; BEGIN groundwork only\nx\n; END groundwork only");
    expect(await stat("/etc/gw-block")).toBe("600 mig:root");
    await set("made").delete(entry);
    expect(await host.run("ls /etc/gw-block 2>/dev/null || true")).toBe("");

    const again = await set("made").create({ host: hostInputs(host), files });
    await host.run("echo theirs >>/etc/gw-block");
    await set("made").delete(again);
    expect(await host.run("cat /etc/gw-block; rm /etc/gw-block")).toBe("theirs");
  });

  it("with damaged marker lines are an error", async () => {
    await host.run("printf '# BEGIN groundwork x\\nrest\\n' >/etc/own-damaged");
    const files = [block("/etc/own-damaged", "x", "y", { adopt: true })];
    await expect(set("damaged").create({ host: hostInputs(host), files })).rejects.toThrow(
      "/etc/own-damaged has damaged marker lines of block x",
    );
  });

  it("become whole files by a replacement that deletes first", async () => {
    const entry = await set("turn").create({ host: hostInputs(host), files: [block("/etc/gw-turn", "x", "y")] });
    const diff = await set("turn").diff(entry, { host: hostInputs(host), files: [file("/etc/gw-turn", "y")] });
    expect(diff).toMatchObject({ replaces: ["files"], deleteBeforeReplace: true });
    await set("turn").delete(entry);
  });
});

describe("seeds", () => {
  it("are placed once; later only owner and mode are kept", async () => {
    const files = [file("/etc/gw-seed", "first", { kind: "seed", mode: "0600", owner: "mig" })];
    const entry = await set("seed").create({ host: hostInputs(host), files });
    await host.run("echo renewed >/etc/gw-seed; chmod 0644 /etc/gw-seed");
    const read = await set("seed").read(entry);
    if (read === undefined) throw new Error("not read");
    const inputs = {
      ...entry.inputs,
      files: [file("/etc/gw-seed", "second", { kind: "seed", mode: "0600", owner: "mig" })],
    };
    expect(kinds(await set("seed").diff(read, inputs))).toEqual({ "files[0].mode": "update" });
    const next = await set("seed").update(read, inputs);
    expect(await host.run("cat /etc/gw-seed")).toBe("renewed");
    expect(await stat("/etc/gw-seed")).toBe("600 mig:root");
    await set("seed").delete(next);
    expect(await host.run("ls /etc/gw-seed 2>/dev/null || true")).toBe("");
  });

  it("that exist already keep their content under adopt, and get owner and mode back", async () => {
    await host.run("echo theirs >/etc/own-seed; chmod 0640 /etc/own-seed");
    const before = await snapshot();
    const files = [file("/etc/own-seed", "ours", { kind: "seed", mode: "0600", owner: "mig", adopt: true })];
    const entry = await set("own-seed").create({ host: hostInputs(host), files });
    expect(await host.run("cat /etc/own-seed")).toBe("theirs");
    expect(await stat("/etc/own-seed")).toBe("600 mig:root");
    await set("own-seed").delete(entry);
    expect(await snapshot()).toBe(before);
  });
});

describe("secrets", () => {
  it("leave no unkeyed hash in outputs and no clear text in what is read back", async () => {
    const inputs = { host: hostInputs(host), files: [file("/etc/gw-secret", new Secret("hunter22"))] };
    const entry = await set("secret").create(inputs);
    await host.run("echo other >/etc/gw-secret");
    const read = await set("secret").read(entry);
    if (read === undefined) throw new Error("not read");
    expect(JSON.stringify(read.outputs)).toMatch(/"hmac-sha256:[0-9a-f]{64}"/);
    expect(JSON.stringify([entry.outputs, read])).not.toMatch(/"sha256:|hunter22|other/);
    expect(containsSecret(read.inputs["files"] ?? null)).toBe(true);
    expect(kinds(await set("secret").diff(read, inputs))).toEqual({ "files[0].content": "update" });
    await set("secret").delete(await set("secret").update(read, inputs));
  });
});
