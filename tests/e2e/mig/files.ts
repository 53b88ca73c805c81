import type { Host } from "../../../lab/host";
import { type PlacedFile, placements } from "../support/state";
import { ADOPTED, type Scene } from "./scene";

const SPOOL = [
  ...["action", "action/new", "action/done", "action/inflight", "action/invalid"],
  ...["command", "command/done", "command/inflight", "command/ready", "command/returned"],
];
const MARKED = /^# BEGIN groundwork (.*)\n([\s\S]*?)^# END groundwork \1\n/gm;

/** What is on the hosts, against what the state says was placed. */
export function fileTests(scene: () => Scene): void {
  test.each(["relay1", "db1", "api1", "agent1", "agent2", "agent3"])(
    "every file and directory on %s has content, owner and mode as declared",
    async (name) => {
      const host = scene().environment.host(name);
      const placed = placements(scene().state).filter((each) => each.host === name);
      const labelled = placed
        .flatMap(({ files, directories }) => [...directories, ...files.filter(({ kind }) => kind !== "block")])
        .map(({ path, mode, owner, group }) => `${path} ${mode.replace(/^0/, "")} ${owner}:${group}`);
      expect(labelled.length).toBeGreaterThan(0);
      const paths = labelled.map((line) => line.split(" ")[0]).join(" ");
      expect((await host.run(`stat -c '%n %a %U:%G' ${paths}`)).split("\n")).toEqual(labelled);

      const files = placed.flatMap(({ files }) => files).filter(({ kind }) => kind === "whole");
      const contents = await contentsOf(host, files);
      expect(contents).toEqual(new Map(files.map(({ path, content }) => [path, content])));
    },
  );

  test("a private key or a password can be read by its owner alone", () => {
    const files = placements(scene().state).flatMap(({ host, files }) => files.map((file) => ({ host, ...file })));
    const secret = files.filter(({ content }) => /PRIVATE KEY|^ *(pass|password) *=|amqps:\/\/\w+:/m.test(content));
    expect(secret.map(({ host, path }) => `${host} ${path}`).length).toBeGreaterThan(10);
    expect(secret.filter(({ mode }) => mode !== "0600")).toEqual([]);
  });

  test("the spool has the folders that MIG's documentation lists, and they are MIG's", async () => {
    const paths = ["", ...SPOOL.map((path) => `/${path}`)].map((path) => `/var/cache/mig${path}`);
    const listed = await scene().environment.host("api1").run("find /var/cache/mig -type d -printf '%p %m %u:%g\\n'");
    expect(listed.split("\n").sort()).toEqual(paths.map((path) => `${path} 750 mig:mig`).sort());
  });

  test("a managed block leaves every other byte, owner and mode of its file", async () => {
    const blocks = placements(scene().state).flatMap(({ host, files }) =>
      files.filter(({ kind }) => kind === "block").map((file) => ({ host, ...file })),
    );
    expect(blocks.map(({ host, path }) => `${host}:${path}`)).toEqual(
      expect.arrayContaining(["relay1:/etc/security/limits.conf", "relay1:/etc/pam.d/common-session"]),
    );
    for (const { host: name, path, marker, content, position } of blocks) {
      const host = scene().environment.host(name);
      const text = (await contentsOf(host, [{ path }])).get(path) ?? "";
      expect([...text.matchAll(MARKED)].map(([, found, lines]) => [found, lines])).toEqual([[marker, content]]);
      expect(text.startsWith("# BEGIN groundwork")).toBe(position === "start");
      const rest = text.replaceAll(MARKED, "");
      // Where the last line had no end, the block gave it one.
      const known = scene().before.files[name]?.[path];
      const digests = await Promise.all([rest, rest.replace(/\n$/, "")].map((each) => digestOf(host, each)));
      const label = await host.run(`stat -c 'f %a %u:%g' ${path}`);
      expect(digests.map((digest) => `${label} ${digest}`)).toContain(known);
    }
  });

  test("the original of an adopted file is kept for root alone", async () => {
    const host = scene().environment.host(ADOPTED.host);
    const kept = await host.run(`grep -rlxF "$(cat)" /var/lib/groundwork/originals | xargs stat -c '%a %U:%G'`, {
      input: ADOPTED.content.split("\n")[0],
    });
    expect(kept).toBe("600 root:root");
  });

  test("the broker serves by what was placed in place of the adopted file", async () => {
    const relay = scene().environment.host("relay1");
    expect(await relay.run("rabbitmqctl --quiet eval 'element(2, application:get_env(rabbit, ssl_listeners)).'")).toBe(
      `[{"${relay.address}",5671}]`,
    );
  });
}

async function contentsOf(host: Host, files: readonly Pick<PlacedFile, "path">[]): Promise<Map<string, string>> {
  const encoded = await host.run(files.map(({ path }) => `base64 -w 0 ${path}; echo`).join("\n"));
  const contents = encoded.split("\n").map((line) => Buffer.from(line, "base64").toString());
  return new Map(files.map(({ path }, index) => [path, contents[index] ?? ""]));
}

async function digestOf(host: Host, text: string): Promise<string> {
  return (await host.run("sha256sum", { input: text })).split(" ")[0] ?? "";
}
