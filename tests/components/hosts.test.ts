import { HostFiles, PathClaims, commonNameOf, dialName, hostNames } from "../../components/hosts";
import { Recorder } from "./recorder";

const whole = (path: string) => ({ path, kind: "whole" }) as const;
const block = (path: string, marker: string) => ({ path, kind: "block", marker }) as const;
const directory = (path: string, owner = "root", mode = "0755") => ({ path, owner, group: owner, mode });

describe("claims of paths", () => {
  it.each([
    ["two files", [whole("/a")], [whole("/a")]],
    ["a file and a block in it", [whole("/a")], [block("/a", "x")]],
    ["a block twice", [block("/a", "x")], [block("/a", "x")]],
    ["a seeded file and a whole one", [{ path: "/a", kind: "seed" } as const], [whole("/a")]],
  ])("refuse %s, naming host, path and both", (_, first, second) => {
    const claims = new PathClaims();
    claims.claim("h1", "one", first);
    expect(() => claims.claim("h1", "two", second)).toThrow("h1:/a is claimed by two and by one");
  });

  it("allow the same path on another host and several blocks in a file", () => {
    const claims = new PathClaims();
    claims.claim("h1", "one", [whole("/a"), block("/b", "x")]);
    claims.claim("h2", "two", [whole("/a")]);
    claims.claim("h1", "two", [block("/b", "y")]);
  });

  it("allow a directory to be shared by those who agree about it", () => {
    const claims = new PathClaims();
    claims.claim("h1", "one", [], [directory("/d")]);
    claims.claim("h1", "two", [], [directory("/d")]);
    expect(() => claims.claim("h1", "three", [], [directory("/d", "mig")])).toThrow(
      "give both the same owner and mode",
    );
  });

  it("refuse a directory where there is a file", () => {
    const claims = new PathClaims();
    claims.claim("h1", "one", [whole("/a")]);
    expect(() => claims.claim("h1", "two", [], [directory("/a")])).toThrow("h1:/a is claimed by two and by one");
  });

  it.each(["a", "/a/../b", "/a//b", "/a/"])("refuse %s, which would hide a second claim", (path) => {
    expect(() => new PathClaims().claim("h1", "one", [whole(path)])).toThrow("write the path absolute");
  });
});

describe("a host", () => {
  it("is dialled by its DNS name where it has one", () => {
    const host = { name: "relay1", address: "10.0.0.1" };
    expect(dialName(host)).toBe("10.0.0.1");
    expect(dialName({ ...host, fqdn: "relay1.example.net" })).toBe("relay1.example.net");
    expect(hostNames({ ...host, fqdn: "relay1.example.net" })).toEqual(["relay1.example.net", "relay1", "10.0.0.1"]);
    // A certificate's common name is short.
    const long = `${"a".repeat(63)}.example.net`;
    expect([undefined, "relay1.example.net", long].map((fqdn) => commonNameOf({ name: "relay1", fqdn }))).toEqual([
      "relay1",
      "relay1.example.net",
      "relay1",
    ]);
  });

  it("gets the files of a component as one resource, with owners and modes spelled out", async () => {
    const recorder = new Recorder();
    const host = { name: "h1", address: "10.0.0.1", port: 2222, hostKey: "ssh-ed25519 AAAA", fqdn: "h1.example.net" };
    await recorder.run(
      () =>
        new HostFiles("f", {
          host,
          claims: new PathClaims(),
          directories: [{ path: "/d", owner: "mig" }],
          files: [{ path: "/d/f", content: "x", owner: "mig", mode: "0600" }],
          handlers: [{ name: "restart", action: "restart", unit: "u" }],
        }),
    );
    expect(recorder.named("hosts:index:FileSet", "f").inputs).toEqual({
      host: { name: "h1", address: "10.0.0.1", port: 2222, hostKey: "ssh-ed25519 AAAA" },
      directories: [{ path: "/d", owner: "mig", group: "mig", mode: "0755" }],
      files: [{ path: "/d/f", content: "x", owner: "mig", group: "mig", mode: "0600", kind: "whole" }],
      handlers: [{ name: "restart", action: "restart", unit: "u" }],
    });
  });
});
