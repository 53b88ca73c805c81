import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv/dist/2020";
import { parse } from "yaml";

import { parseEnvironment } from "../../stacks/environment";
import { hostKeyOf, readHostKeys } from "../../stacks/host-keys";
import { SCHEMA_FILE, schemaText } from "../../stacks/json-schema";

const STACKS = join(__dirname, "../../stacks");
const FILES = readdirSync(STACKS).filter((name) => /^Pulumi\..+\.yaml$/.test(name));
const KEY = "groundwork:environment";

interface EnvironmentFile {
  config: Record<string, unknown> & { [KEY]: Record<string, unknown> };
}

const read = (name: string) => readFileSync(join(STACKS, name), "utf8");
const load = (name: string) => parse(read(name)) as EnvironmentFile;
const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(
  JSON.parse(readFileSync(SCHEMA_FILE, "utf8")) as object,
);

/** What the schema has against a file, as an editor underlines it. */
function complaints(file: unknown): readonly string[] {
  if (validate(file)) return [];
  return (validate.errors ?? []).map(({ instancePath, message = "" }) => `${instancePath} ${message}`);
}

/** Changes one place, by its path. */
function changed(name: string, path: readonly (string | number)[], value: unknown): EnvironmentFile {
  const file = load(name);
  const last = path.at(-1) ?? "";
  const parent = path
    .slice(0, -1)
    .reduce((at: unknown, step) => (at as Record<string, unknown>)[step], file.config[KEY]);
  (parent as Record<string, unknown>)[last] = value;
  return file;
}

it("there are development, staging, and production in two regions with what they trust", () => {
  expect(FILES).toEqual(["dev", "prod-pki", "prod-us", "prod", "staging"].map((name) => `Pulumi.${name}.yaml`));
});

describe.each(FILES)("%s", (name) => {
  it("is valid as it stands", () => {
    expect(parseEnvironment(load(name).config[KEY])).toMatchObject({ kind: "valid" });
  });

  it("agrees with the JSON Schema, which its first line names to editors", () => {
    expect(read(name).split("\n")[0]).toBe("# yaml-language-server: $schema=environment.schema.json");
    expect(complaints(load(name))).toEqual([]);
  });

  it("holds no secret, encrypted or not", () => {
    expect(Object.keys(load(name).config)).toEqual([KEY]);
    expect(read(name)).not.toMatch(/secure:|encryptionsalt|PRIVATE KEY/);
  });
});

/** What is known of each host, its key from the file that the environment names. */
function hostsOf(name: string) {
  const parsed = parseEnvironment(load(name).config[KEY]);
  if (parsed.kind === "invalid") throw new Error(`${name} is not valid.`);
  const { hosts, hostKeys } = parsed.environment;
  const keys = hostKeys === undefined ? new Map<string, string>() : readHostKeys(hostKeys);
  return hosts.map(({ name: called, address, fqdn, port, hostKey }) => {
    const known = {
      name: called,
      address,
      ...(fqdn === undefined ? {} : { fqdn }),
      ...(port === undefined ? {} : { port }),
    };
    return { ...known, hostKey: hostKey ?? hostKeyOf(keys, known) };
  });
}

it("staging and production know each host by a key of its own, and share neither hosts nor keys", () => {
  const [staging, europe, america] = ["staging", "prod", "prod-us"].map((name) => hostsOf(`Pulumi.${name}.yaml`));
  const identities = (all: ReturnType<typeof hostsOf> = []) =>
    all.map(({ address, hostKey }) => `${address} ${hostKey}`);
  expect([staging?.length, europe?.length, america?.length]).toEqual([14, 310, 105]);
  const production = new Map([...identities(europe), ...identities(america)].map((each) => [each.split(" ")[0], each]));
  // What is in both regions' files is one host, with one key.
  expect(new Set([...identities(europe), ...identities(america)]).size).toBe(production.size);
  const all = [...identities(staging), ...production.values()];
  expect(all.filter((each) => !/ ssh-ed25519 \S{68}$/.test(each))).toEqual([]);
  expect(new Set(all.map((each) => each.split(" ").slice(1).join(" "))).size).toBe(all.length);
  expect(new Set(all.map((each) => each.split(" ")[0])).size).toBe(all.length);
});

describe("the JSON Schema", () => {
  it("is the one of the code: npm run schema writes it", () => {
    expect(readFileSync(SCHEMA_FILE, "utf8")).toBe(schemaText());
  });

  it.each([
    ["a key that there is not", ["mig", "relay", "host"], "mq1", "/mig/relay must NOT have additional properties"],
    ["a value that there is not", ["mig", "database", "sslmode"], "none", "must be equal to one of the allowed values"],
    ["a lifetime without a unit", ["certificates", "lifetime"], "90", "must match pattern"],
    ["a secret in place of its name", ["operators", "broker", "password"], "s3cret!", "must match pattern"],
    ["a host's name", ["hosts", 0, "name"], "MQ1", "must match pattern"],
    ["no host at all", ["mig", "relay", "hosts"], [], "must NOT have fewer than 1 items"],
    ["a port", ["hosts", 0, "port"], 70_000, "must be <= 65535"],
    ["where the authority is from", ["mig", "authority"], { from: "somewhere" }, "must be equal to constant"],
  ] as const)("underlines %s", (_, path, value, complaint) => {
    const found = complaints(changed("Pulumi.staging.yaml", path, value));
    expect(found.join("\n")).toContain(complaint);
  });

  it("takes secrets and certificates beside the environment", () => {
    const file = load("Pulumi.staging.yaml");
    Object.assign(file.config, {
      "groundwork:sshPrivateKey": { secure: "v1:…" },
      "groundwork:migAuthorityCertificate": "…",
    });
    expect(complaints({ ...file, encryptionsalt: "v1:…" })).toEqual([]);
  });

  it("tells what fields are for, by the comments in the code", () => {
    const schema = JSON.parse(readFileSync(SCHEMA_FILE, "utf8")) as Record<string, never>;
    const description = (...path: string[]) =>
      (path.reduce((at: unknown, step) => (at as Record<string, unknown>)[step], schema) as { description?: string })
        .description;
    const environment = ["properties", "config", "properties", KEY, "properties"];
    // In the object itself, behind a function, behind an import, in a list, in a spread, in a union.
    expect(description(...environment, "protect")).toMatch(/^Whether databases,/);
    expect(description(...environment, "certificates", "properties", "renewBefore")).toBe(
      "Left out: a third of the lifetime.",
    );
    expect(description(...environment, "hosts", "items", "properties", "fqdn")).toMatch(/^Its name in DNS/);
    const agents = [...environment, "icinga2", "properties", "agents", "items", "properties"];
    expect(description(...agents, "certificate")).toBe("Left out: placed.");
    expect(
      description(...environment, "mig", "properties", "authority", "oneOf", "0", "properties", "trustStack"),
    ).toMatch(/^A stack whose roots/);
  });
});
