import { hostKeyOf, parseHostKeys, readHostKeys } from "../../stacks/host-keys";

const ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA";
const RSA = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ";

describe("a file of host keys", () => {
  const keys = parseHostKeys(
    [
      "# db1.example.net:22 SSH-2.0-OpenSSH_9.2",
      `db1.example.net,10.0.0.2 ${RSA}`,
      `db1.example.net ${ED25519} with a comment`,
      `[10.0.0.3]:2222 ${ED25519}`,
      "",
    ].join("\n"),
  );

  it("has the key of a host by address, fqdn or name, with the port where it is not 22", () => {
    expect(hostKeyOf(keys, { name: "db1", address: "10.0.0.2" })).toBe(RSA);
    expect(hostKeyOf(keys, { name: "db1", address: "10.0.0.9", fqdn: "db1.example.net" })).toBe(ED25519);
    expect(hostKeyOf(keys, { name: "web1", address: "10.0.0.3", port: 2222 })).toBe(ED25519);
    expect(hostKeyOf(keys, { name: "web1", address: "10.0.0.3" })).toBeUndefined();
  });

  it("prefers a newer type of key, in whatever order they come", () => {
    for (const lines of [
      [RSA, ED25519],
      [ED25519, RSA],
    ]) {
      const both = parseHostKeys(lines.map((key) => `a ${key}`).join("\n"));
      expect(hostKeyOf(both, { name: "a", address: "10.0.0.1" })).toBe(ED25519);
    }
  });

  it.each([
    ["|1|c2FsdA==|aGFzaA== ssh-ed25519 AAAA", "line 1 has hashed names: take the output of ssh-keyscan"],
    [`ok ${ED25519}\n@revoked * ${RSA}`, "line 2 is not a host, a key's type and the key"],
    ["db1 ssh-dss AAAA", "line 1 is not a host"],
  ])("is refused for %j", (text, reason) => expect(() => parseHostKeys(text)).toThrow(reason));

  it("is asked for by what makes it, where it is not there", () => {
    expect(() => readHostKeys("stacks/nowhere.hosts")).toThrow(
      "stacks/nowhere.hosts does not exist: make it with ssh-keyscan -t ed25519",
    );
  });
});
