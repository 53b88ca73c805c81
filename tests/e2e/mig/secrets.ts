import { statSync } from "node:fs";
import * as path from "node:path";

import type { Host } from "../../../lab/host";
import { needles, Finder } from "../support/needles";
import { type PlacedFile, placements, secretValues } from "../support/state";
import type { Scene } from "./scene";

/** What a secret is when it is one word or a key; a file's content holds such and is none by itself. */
const SECRET = /^\S{16,}$|^-----BEGIN [A-Z ]*PRIVATE KEY-----\n/;
/** In the lab's folder: what its maker may know, and the stack's passphrase. */
const MEANT_FOR_SECRETS = ["lab.json", "stack/passphrase"];
/** Out of the machine's sight: what of a host is kept in memory. */
const IN_MEMORY = ["/run", "/tmp", "/dev/shm"];

/** Every secret of the state, and where it must not be found. */
export function secretTests(scene: () => Scene): void {
  let finder: Finder;
  let secrets: ReadonlyMap<string, string>;
  const nowhere = new Set<string>();

  beforeAll(() => {
    secrets = secretsOf(scene());
    finder = new Finder(needles(secrets));
  });

  test("there are secrets to look for, and they are found where they are", () => {
    // Of 7 accounts, 3 operators, 8 keys in 3 forms each, the SSH key, the passphrase, 10 sets of files.
    expect(secrets.size).toBeGreaterThan(40);
    for (const [name, text] of secrets) {
      expect([...finder.inText(`before ${text} after`)]).toContain(name);
      expect([...finder.inText(Buffer.from(`{"x":"${text}"}`).toString("base64"))]).toContain(name);
    }
  });

  test("what commands print has none", async () => {
    const { environment, preview, up } = scene();
    const again = await environment.operate("up", "--yes", "--json", "--debug");
    const looks = await Promise.all([
      environment.operate("preview", "--json", "--show-sames"),
      environment.operate("destroy", "--preview-only", "--diff", "--debug"),
      environment.operate("destroy", "--preview-only", "--json"),
      environment.cli("stack", "export", "--stack", "e2e"),
      environment.cli("stack", "output", "--stack", "e2e"),
    ]);
    const printed = [preview, up, again, ...looks];
    expect(printed.map(({ code }) => code)).toEqual(printed.map(() => 0));
    expect(finder.inText(printed.map(({ stdout, stderr }) => stdout + stderr).join("\n"))).toEqual(nowhere);
  }, 180_000);

  test("the servers say all that they can, on every statement and connection", async () => {
    const { environment } = scene();
    const statements = await environment.host("db1").run("cat /var/log/postgresql/*.log");
    expect(statements).toContain('CREATE ROLE "migapi"');
    expect(await environment.host("relay1").run("cat /var/log/rabbitmq/*.log")).toContain("[debug]");
  });

  test("no process had one among its arguments", () => {
    expect(scene().seen.arguments).toContain("groundwork.js");
    expect(finder.inText(scene().seen.arguments)).toEqual(nowhere);
  });

  test("the journal had none", () => {
    expect(scene().seen.contents).toContain("mig-relay-user-agent");
    expect(finder.inText(scene().seen.contents)).toEqual(nowhere);
  });

  test("state, history and backups have none", () => {
    expect(finder.inFolder(scene().environment.state)).toEqual(new Map());
    const { mode } = statSync(path.join(scene().environment.state, ".pulumi/stacks/groundwork/e2e.json"));
    expect(mode & 0o077).toBe(0);
  });

  test("of all that the lab keeps, two files have any, for their owner alone", () => {
    const { directory } = scene().environment;
    const found = [...finder.inFolder(directory).keys()].map((file) => path.relative(directory, file));
    expect(found.filter((file) => !file.startsWith("hosts/")).sort()).toEqual(MEANT_FOR_SECRETS);
    for (const file of MEANT_FOR_SECRETS) expect(statSync(path.join(directory, file)).mode & 0o077).toBe(0);
  });

  test("on a host the files that were placed for it have any, and nothing else: no log, no copy, no database", () => {
    for (const host of scene().environment.hosts) {
      const placed = placements(scene().state)
        .filter(({ host: name }) => name === host.name)
        .flatMap(({ files }) => files)
        .filter(({ content }) => finder.inText(content).size > 0);
      // A key of its own has every host.
      expect([host.name, placed.length > 0]).toEqual([host.name, true]);
      const found = foundOn(host, finder);
      expect([host.name, [...found.keys()].sort()]).toEqual([host.name, placed.map(({ path }) => path).sort()]);
      for (const file of placed) expect([...(found.get(file.path) ?? [])].sort()).toEqual(namesIn(finder, file));
    }
  });

  test("the authority's key is on no host", () => {
    const authority = [...secrets.keys()].filter((name) => name.includes("mig-ca-key"));
    expect(authority.length).toBeGreaterThan(0);
    for (const host of scene().environment.hosts) {
      const names = new Set([...foundOn(host, finder).values()].flatMap((found) => [...found]));
      expect(authority.filter((name) => names.has(name))).toEqual([]);
    }
  });
}

function secretsOf({ state, environment }: Scene): ReadonlyMap<string, string> {
  const named = new Map([["the passphrase", environment.passphrase]]);
  for (const { urn, value } of secretValues(state)) {
    texts(value, (text, at) => {
      if (SECRET.test(text)) named.set(`${urn.split("::").slice(-2).join(" ")} ${at}`, text);
    });
  }
  return named;
}

function texts(value: unknown, visit: (text: string, at: string) => void, at = ""): void {
  if (typeof value === "string") visit(value, at);
  else if (typeof value === "object" && value !== null) {
    for (const [key, member] of Object.entries(value)) texts(member, visit, `${at}.${key}`);
  }
}

function namesIn(finder: Finder, { content }: PlacedFile): string[] {
  return [...finder.inText(content)].sort();
}

/** By the path that the host itself has for a file: the lab keeps what hosts change in folders named after theirs. */
function foundOn(host: Host, finder: Finder): Map<string, Set<string>> {
  const root = `/proc/${host.firstProcess()}/root`;
  const memory = path.join(host.directory, "memory");
  const onHost = (file: string) =>
    path
      .relative(host.directory, file)
      .replace(/^(?:upper|own|memory)\/(_[^/]*)(?:\/upper(?=\/))?/, (_, name: string) => name.replaceAll("_", "/"));
  const found = new Map([...finder.inFolder(host.directory)].map(([file, names]) => [onHost(file), names]));
  for (const [file, names] of finder.inFolder(root + memory)) found.set(onHost(file.slice(root.length)), names);
  for (const folder of IN_MEMORY) {
    for (const [file, names] of finder.inFolder(root + folder)) found.set(file.slice(root.length), names);
  }
  return found;
}
