import { utils } from "ssh2";

import { InitError, type ResourceProvider } from "../../../providers/base/provider";
import { Secret, type PropertyMap } from "../../../providers/base/values";
import { startTestHosts, type TestHost } from "../../support/servers";
import { configuredProvider, file, hostInputs, resource } from "./fixture";

let hosts: TestHost[] = [];
let host: TestHost;
let provider: ResourceProvider;

beforeAll(async () => {
  hosts = await startTestHosts(2);
  const [first] = hosts;
  if (first === undefined) throw new Error("no test host");
  host = first;
  provider = await configuredProvider(host);
});

afterAll(async () => {
  await provider?.close();
  await Promise.all(hosts.map((each) => each.stop()));
});

const set = (name: string, by = provider) => resource(by, "FileSet", name);
const one = (path: string, more: PropertyMap = {}, on = host) => ({
  host: hostInputs(on),
  files: [file(path, new Secret("s3cr3t content"), more)],
});
const snapshot = () => host.run("find /etc/gw* /var/lib/groundwork -printf '%p %m %u %y\\n' 2>/dev/null || true");

async function messageOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "no error",
    (error: unknown) => {
      // Nothing has happened on the host: nothing is kept in the state.
      expect(error).not.toBeInstanceOf(InitError);
      return error instanceof Error ? error.message : String(error);
    },
  );
}

describe("on the way to a host", () => {
  const short = (key: string) => new RegExp(`SHA256:${key}`);

  it("another host key than the pinned one is an error with both fingerprints", async () => {
    const other = hosts[1]?.hostKey ?? "";
    const inputs = { ...one("/etc/gw"), host: { ...hostInputs(host), hostKey: other } };
    const message = await messageOf(set("key").create(inputs));
    expect(message).toMatch(/^Host host1 \(root@127\.[0-9.]+:2222\) presents another host key than the pinned one/);
    expect(message.match(/SHA256:[A-Za-z0-9+/]{43}/g)).toHaveLength(2);
    expect(message).toMatch(short(""));
  });

  it("a pinned key of a type that the host does not have is told as that", async () => {
    const rsa = utils.generateKeyPairSync("rsa", { bits: 2048 }).public.split(" ").slice(0, 2).join(" ");
    const inputs = { ...one("/etc/gw"), host: { ...hostInputs(host), hostKey: rsa } };
    expect(await messageOf(set("key").create(inputs))).toMatch(/has no host key of the pinned type ssh-rsa/);
  });

  it("a wrong user key is an error that names host and user", async () => {
    const stranger = utils.generateKeyPairSync("ed25519").private;
    const wrong = await configuredProvider(host, { privateKey: stranger });
    expect(await messageOf(set("auth", wrong).create(one("/etc/gw")))).toMatch(
      /^Host host1 .* refused the login as root: check the provider's privateKey/,
    );
    await wrong.close();
  });

  it("a host that is down is named with the cause, while another is served", async () => {
    const [, second] = hosts;
    if (second === undefined) throw new Error("no second host");
    const down = { ...one("/etc/gw"), host: { ...hostInputs(host), name: "downed", port: 1 } };
    const [message, entry] = await Promise.all([
      messageOf(set("down").create(down)),
      set("up").create(one("/etc/gw", {}, second)),
    ]);
    expect(message).toMatch(/^Host downed .*:1\) is unreachable: connection refused/);
    await set("up").delete(entry);
  });

  it("a host that restarts is reached again by the same provider", async () => {
    const [, second] = hosts;
    if (second === undefined) throw new Error("no second host");
    const entry = await set("restart").create(one("/etc/gw", {}, second));
    await second.stop();
    await expect(set("restart").read(entry)).rejects.toThrow(/host1|host2/);
    await second.start();
    expect(await set("restart").read(entry)).toEqual(entry);
    await set("restart").delete(entry);
  });
});

describe("on a host", () => {
  it.each([
    [
      "an unknown owner",
      one.bind(null, "/etc/gw", { owner: "nobody-such" }),
      /\/etc\/gw cannot be written \(.*invalid user/,
    ],
    ["a directory at the path", one.bind(null, "/etc/ssh"), /\/etc\/ssh is not a regular file/],
    ["a read-only file system", one.bind(null, "/usr/lib/gw"), /\/usr\/lib\/gw cannot be written \(.*Read-only/],
    [
      "a parent that is a file",
      one.bind(null, "/etc/passwd/gw"),
      /\/etc\/passwd\/gw its parent directory cannot be made/,
    ],
  ])("%s is an error naming host, path and cause, and nothing is left behind", async (_, inputs, expected) => {
    const message = await messageOf(set("bad").create(inputs()));
    expect(message).toMatch(expected);
    expect(message).toMatch(/^host host1: /);
    expect(message).not.toContain("s3cr3t");
    expect(await snapshot()).toBe("");
  });

  it("a full disk leaves the old files in place, and the next update goes on", async () => {
    await host.run("mkdir -p /srv/small && mount -t tmpfs -o size=64k tmpfs /srv/small");
    const files = (size: number) => [file("/srv/small/a", "a"), file("/srv/small/b", "b".repeat(size))];
    const inputs = { host: hostInputs(host), files: files(10) };
    const entry = await set("full").create(inputs);
    const larger = set("full").update(entry, {
      ...inputs,
      files: [file("/srv/small/a", "A"), ...files(200_000).slice(1)],
    });
    await expect(larger).rejects.toThrow(/^host host1: \/srv\/small\/b cannot be written \(.*No space left on device/);
    expect(await host.run("cat /srv/small/*; ls -A /srv/small | wc -l")).toBe("abbbbbbbbbb2");
    await set("full").delete(await set("full").update(entry, { ...inputs, files: files(20) }));
    expect(await host.run("ls -A /srv/small; umount /srv/small; rmdir /srv/small")).toBe("");
  });
});
