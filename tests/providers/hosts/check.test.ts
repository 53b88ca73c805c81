import { Secret, UNKNOWN, type PropertyMap } from "../../../providers/base/values";
import { createHostsProvider } from "../../../providers/hosts/provider";
import { file, kinds, resource } from "./fixture";

const HOST_KEY = `ssh-ed25519 ${Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from("ssh-ed25519"), Buffer.alloc(36)]).toString("base64")}`;
const host = { name: "h", address: "127.0.0.1", hostKey: HOST_KEY };
const provider = createHostsProvider();

async function failures(type: "FileSet" | "Guard", inputs: PropertyMap): Promise<string[]> {
  const checked = await provider.check({ ...resource(provider, type, "n").common, inputs });
  return checked.failures.map(({ property, reason }) => `${property}: ${reason}`);
}

it.each<[string, PropertyMap, RegExp[]]>([
  ["a host", { files: [] }, [/^host: missing required property "host"/]],
  ["a host's key", { host: { name: "h", address: "a" } }, [/^host.hostKey: missing/]],
  ["a proper host key", { host: { ...host, hostKey: "ssh-rsa AAAA" } }, [/^host.hostKey: has to be a host key/]],
  ["a port", { host: { ...host, port: 70000 } }, [/^host.port: has to be 1 to 65535/]],
  ["known keys", { host, file: [] }, [/^file: unknown property "file": did you mean "files"\?$/]],
  [
    "known keys of a file",
    { host, files: [file("/a", "", { perms: "0600" })] },
    [/^files\[0\].perms: unknown property/],
  ],
  ["an absolute path", { host, files: [file("a/b", "")] }, [/^files\[0\].path: has to be absolute/]],
  ["a normalised path", { host, files: [file("/a/../b", ""), file("/c/", "")] }, [/^files\[0\]/, /^files\[1\]/]],
  [
    "different paths",
    { host, files: [file("/a", ""), file("/a", "")] },
    [/^files\[1\].path: is \/a, which files\[0\]/],
  ],
  [
    "a file that is no block and no whole at once",
    { host, files: [file("/a", "", { kind: "block", marker: "m" }), file("/a", "")] },
    [/^files\[1\].path/],
  ],
  [
    "an octal mode",
    { host, files: [file("/a", "", { mode: "0o600" })] },
    [/^files\[0\].mode: has to be an octal mode/],
  ],
  [
    "an owner's name",
    { host, directories: [{ path: "/a", owner: "a b" }] },
    [/^directories\[0\].owner: has to be a name/],
  ],
  ["a block's marker", { host, files: [file("/a", "", { kind: "block" })] }, [/^files\[0\].marker: is missing/]],
  ["a handler's action", { host, handlers: [{ name: "h" }] }, [/^handlers\[0\]: has to have either/]],
  [
    "one way for a handler",
    { host, handlers: [{ name: "h", command: "true", action: "reload", unit: "u" }] },
    [/^handlers\[0\]: has to have either action and unit, or a command$/],
  ],
  ["a handler's path in the set", { host, handlers: [{ name: "h", command: "x", paths: ["/z"] }] }, [/names \/z/]],
  ["the type of a list", { host, files: "x" }, [/^files: must be a list$/]],
])("a FileSet needs %s", async (_, inputs, expected) => {
  const found = await failures("FileSet", inputs);
  expect(found).toHaveLength(expected.length);
  expected.forEach((pattern, index) => expect(found[index]).toMatch(pattern));
});

it("a Guard's variables have names that a shell can take", async () => {
  const inputs = { host, check: "a", apply: "b", environment: { "A-B": "1" } };
  expect(await failures("Guard", inputs)).toEqual(['environment: "A-B" is no name of a variable']);
});

it("what is wrong with a secret is told without its value", async () => {
  const found = await failures("FileSet", { host, files: [file("/a", "", { mode: new Secret("hunter2") })] });
  expect(found).toEqual(["files[0].mode: has to be an octal mode such as 0600"]);
});

it("blocks of one file have markers of their own, and values that are not known yet are let pass", async () => {
  const block = (marker: string) => file("/a", "", { kind: "block", marker });
  expect(await failures("FileSet", { host, files: [block("a"), block("b")] })).toEqual([]);
  expect(await failures("FileSet", { host, files: [block("a"), block("a")] })).toHaveLength(1);
  expect(
    await failures("FileSet", { host: UNKNOWN, files: [UNKNOWN, file("/a", UNKNOWN, { mode: UNKNOWN })] }),
  ).toEqual([]);
});

it("fills in defaults", async () => {
  const inputs = await resource(provider, "FileSet", "n").check({
    host,
    files: [file("/a", new Secret("x"), { mode: "600" })],
  });
  expect(inputs["files"]).toEqual([
    { path: "/a", content: new Secret("x"), kind: "whole", owner: "root", group: "root", mode: "600" },
  ]);
});

it("in a preview, what is not known yet differs, and only that", async () => {
  const set = resource(provider, "FileSet", "n");
  const placed = {
    "/a": {
      digest: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      mode: "0644",
      owner: "root",
      group: "root",
    },
    "/b": { digest: "sha256:0", mode: "0644", owner: "root", group: "root" },
  };
  const inputs = await set.check({ host, files: [file("/a", ""), file("/b", "b")] });
  const entry = { id: "h:n-0", inputs, outputs: { placed, generation: "0", digestKey: "k", pendingHandlers: [] } };
  const diff = await set.diff(entry, { host, files: [file("/a", ""), file("/b", UNKNOWN)] });
  expect(kinds(diff)).toEqual({ "files[1].content": "update" });
  const shorter = { host, files: [file("/a", "", { mode: "644" }), file("/b", UNKNOWN)] };
  expect(kinds(await set.diff(entry, shorter))).toEqual({ "files[1].content": "update" });
  expect(await set.diff(entry, { host, files: UNKNOWN })).toMatchObject({ changes: true, diffs: ["files"] });
});

it("refuses a private key that it cannot read, without showing it", async () => {
  const request = { urn: "", type: "pulumi:providers:hosts", name: "p", inputs: { privateKey: new Secret("hunter2") } };
  const { failures } = await provider.checkConfig(request);
  expect(failures).toEqual([
    { property: "privateKey", reason: "has to be an unencrypted private key in OpenSSH or PEM format" },
  ]);
});
