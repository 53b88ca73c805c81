import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Project } from "../../../engine/project/project";
import { parseConfigSchema } from "../../../engine/project/config-schema";
import { StackConfigFile } from "../../../engine/project/stack-config";
import { keyCrypter } from "../../../engine/state/passphrase";

const folder = mkdtempSync(join(tmpdir(), "groundwork-config-"));
const path = join(folder, "Pulumi.dev.yaml");
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => rmSync(path, { force: true }));

const crypter = keyCrypter(Buffer.alloc(32, 3));
const open = () => Promise.resolve(crypter);
const noPassphrase = () => Promise.reject(new Error("asked for the passphrase"));

function project(config: unknown = {}): Project {
  return {
    name: "demo",
    file: join(folder, "Pulumi.yaml"),
    root: folder,
    directory: folder,
    entry: join(folder, "index.ts"),
    stackConfigDir: folder,
    config: parseConfigSchema(config, "demo", "Pulumi.yaml"),
    alwaysRefresh: false,
    plugins: [],
  };
}

async function file(content: string, config?: unknown): Promise<StackConfigFile> {
  writeFileSync(path, content);
  return StackConfigFile.load(project(config), "dev");
}

const COMMENTED = `# Whose this is.
encryptionsalt: v1:abc
config:
  # The zones, north first.
  demo:zones: # in order
    - north
    - south   # the new one
  demo:size: "3"
`;

describe("editing", () => {
  test("keeps comments, order, blanks and quotes", async () => {
    const config = await file(COMMENTED);
    config.set("size", "4");
    config.set("zones[2]", "east", { path: true });
    config.set("aws:region", "eu");
    await config.save();
    expect(readFileSync(path, "utf8")).toBe(`# Whose this is.
encryptionsalt: v1:abc
config:
  # The zones, north first.
  demo:zones: # in order
    - north
    - south   # the new one
    - east
  demo:size: "4"
  aws:region: eu
`);
  });

  test("makes a file that is not there, and what a path needs on its way", async () => {
    const config = await StackConfigFile.load(project(), "dev");
    config.setSalt("v1:abc");
    config.set("a.b[0].c", "true", { path: true });
    config.set("a.b[0].d", "007", { path: true });
    config.set('a["x.y"]', "8", { path: true });
    config.set("plain", "true");
    await config.save();
    expect(readFileSync(path, "utf8")).toBe(`encryptionsalt: v1:abc
config:
  demo:a:
    b:
      - c: true
        d: "007"
    x.y: 8
  demo:plain: "true"
`);
  });

  test("leaves the file's mode as it is", async () => {
    const config = await file(COMMENTED);
    chmodSync(path, 0o640);
    config.set("size", "5");
    await config.save();
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  test.each([
    ["zones[5]", /no index 5/],
    ["zones.x", /demo:zones is not a map/],
    ["size[0]", /demo:size is not a list/],
    ["a..b", /no configuration path/],
    ["a:b:c", /no configuration key/],
  ])("refuses the path %s", async (key, message) => {
    const config = await file(COMMENTED);
    expect(() => config.set(key, "x", { path: true })).toThrow(message);
  });

  test("removes a key or a part of it, and says whether it was there", async () => {
    const config = await file(COMMENTED);
    expect([config.rm("size"), config.rm("zones[0]", { path: true }), config.rm("none")]).toEqual([true, true, false]);
    await config.save();
    expect(readFileSync(path, "utf8")).not.toMatch(/size|north$/m);
  });
});

describe("a secret", () => {
  test("is encrypted in the file and in the history, and read back", async () => {
    const config = await file(COMMENTED);
    config.setSecret("password", "hunter2", crypter);
    config.setSecret("deep.password", "hunter2", crypter, { path: true });
    await config.save();
    expect(readFileSync(path, "utf8")).not.toContain("hunter2");
    expect(JSON.stringify(config.forHistory())).not.toContain("hunter2");
    const again = await StackConfigFile.load(project(), "dev");
    expect(await again.get("password", open)).toEqual({ value: "hunter2", secret: true });
    expect(await again.get("deep", open)).toEqual({ value: '{"password":"hunter2"}', secret: true });
    expect(await again.get("size", noPassphrase)).toEqual({ value: "3", secret: false });
    expect(await again.get("zones[1]", noPassphrase, { path: true })).toEqual({ value: "south", secret: false });
    expect(await again.get("zones.none", noPassphrase, { path: true })).toBeUndefined();
  });

  test("that cannot be decrypted is told by file and key", async () => {
    const config = await file(`config: {"demo:password": {secure: "v1:AAAA:BBBB"}}`);
    await expect(config.toStackConfig(open)).rejects.toThrow(/Pulumi\.dev\.yaml: demo:password cannot be decrypted/);
  });
});

describe("what the program gets", () => {
  test("are texts, JSON for structures, secret as a whole when a part is", async () => {
    const nested = crypter.encrypt("s3cret");
    const config = await file(`config:
  demo:yes: true
  demo:number: 1.5
  demo:list: [1, two]
  demo:map: {z: {secure: ${nested}}, a: 1}
`);
    const { values, secretKeys } = await config.toStackConfig(open);
    expect(Object.fromEntries(values)).toEqual({
      "demo:yes": "true",
      "demo:number": "1.5",
      "demo:list": '[1,"two"]',
      "demo:map": '{"a":1,"z":"s3cret"}',
    });
    expect([...secretKeys]).toEqual(["demo:map"]);
  });

  test("holds the project's defaults where the stack sets nothing, and needs no passphrase without secrets", async () => {
    const schema = {
      size: { type: "integer", default: 3 },
      zones: ["a"],
      "aws:region": { value: "eu" },
      own: { type: "string" },
    };
    const { values } = await (await file("config: {demo:own: mine}", schema)).toStackConfig(noPassphrase);
    expect(Object.fromEntries(values)).toEqual({
      "demo:own": "mine",
      "demo:size": "3",
      "demo:zones": '["a"]',
      "aws:region": "eu",
    });
  });

  test.each([
    ["a key that is missing", { own: { type: "string" } }, "config: {}", /Pulumi\.dev\.yaml: demo:own is missing/],
    ["a value of another type", { n: { type: "integer" } }, "config: {demo:n: x}", /demo:n is not of the type integer/],
    [
      "a list of other members",
      { n: { type: "array", items: { type: "integer" } } },
      "config: {demo:n: [x]}",
      /array<integer>/,
    ],
    ["a secret in clear", { p: { type: "string", secret: true } }, "config: {demo:p: x}", /demo:p must be secret/],
  ])("is refused for %s", async (_, schema, content, message) => {
    await expect((await file(content, schema)).toStackConfig(open)).rejects.toThrow(message);
  });
});

test.each([
  ["an environment of Pulumi Cloud", "environment: [prod]", /environment is not supported/],
  ["another secrets provider", "secretsprovider: awskms://x", /by passphrase only/],
  ["a key without a namespace", "config: {size: 3}", /size has no namespace/],
  ["a list for a map", "config: [1]", /config is not a map/],
  ["a syntax error", "config: {", /line 1/],
])("a file with %s is refused by name", async (_, content, message) => {
  await expect(file(content)).rejects.toThrow(message);
});

test("another file can be named, and must then exist", async () => {
  const other = join(folder, "other.yaml");
  await expect(StackConfigFile.load(project(), "dev", { configFile: other })).rejects.toThrow(
    /other\.yaml does not exist; correct the path after --config-file/,
  );
  writeFileSync(other, "config: {demo:a: b}");
  expect((await StackConfigFile.load(project(), "dev", { configFile: other })).keys()).toEqual(["demo:a"]);
  expect(existsSync(path)).toBe(false);
});
