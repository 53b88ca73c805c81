import { accessRules, serverPaths, serverSettings } from "../../../components/database/server-files";
import { redirectFiles } from "../../../components/platforms/mig/amqps-redirect";
import { BROKER_USERS, brokerPermissions } from "../../../components/platforms/mig/broker-permissions";
import { dialString } from "../../../components/platforms/mig/config-sections";
import { atom, property, renderTerm, tuple } from "../../../components/platforms/mig/erlang-term";
import { renderGcfg } from "../../../components/platforms/mig/gcfg";
import { advancedConfig, relayPaths } from "../../../components/platforms/mig/relay-files";
import { spoolDirectories } from "../../../components/platforms/mig/spool";
import { renderWhitelist, whitelistProblem } from "../../../components/platforms/mig/whitelist";

describe("gcfg", () => {
  it("renders sections with quoted text, numbers and booleans, leaving out what is undefined", () => {
    expect(renderGcfg({ mq: { host: "relay1", port: 5671, usetls: true, vhost: undefined }, logging: {} })).toBe(
      '[mq]\n    host = "relay1"\n    port = 5671\n    usetls = true\n\n[logging]\n',
    );
  });

  it("escapes quotes and backslashes alone", () => {
    expect(renderGcfg({ a: { b: 'x"y\\z' } })).toContain('b = "x\\"y\\\\z"');
  });

  it.each([["a\nb"], ["a\u0000b"]])("refuses %j, which the format cannot hold", (value) => {
    expect(() => renderGcfg({ a: { b: value } })).toThrow("gcfg variable b");
  });

  it("refuses a name that would open another section", () => {
    expect(() => renderGcfg({ "a]\n[b": {} })).toThrow("is not a gcfg name");
  });
});

describe("an Erlang term", () => {
  it.each([
    ["text", 'a"b\\c', '"a\\"b\\\\c"'],
    ["a number", 5671, "5671"],
    ["an atom", atom("verify_peer"), "verify_peer"],
    ["an atom that needs quotes", atom("tlsv1.3"), "'tlsv1.3'"],
    ["a tuple", tuple("127.0.0.1", 5671), '{"127.0.0.1", 5671}'],
    ["a property", property("verify", true), "{verify, true}"],
    ["a flat list", [atom("a"), 1], "[a, 1]"],
    ["an empty list", [], "[]"],
  ])("renders %s", (_, term, text) => expect(renderTerm(term)).toBe(text));

  it("makes the relay's configuration, which the broker reads at its start", () => {
    expect(advancedConfig(relayPaths("relay1"), "127.10.0.11")).toBe(`[
  {rabbit, [
    {ssl_listeners, [
      {"127.10.0.11", 5671}
    ]},
    {ssl_options, [
      {cacertfile, "/etc/rabbitmq/certs/cacert.pem"},
      {certfile, "/etc/rabbitmq/certs/relay1.pem"},
      {keyfile, "/etc/rabbitmq/certs/relay1.key"},
      {verify, verify_peer},
      {fail_if_no_peer_cert, true},
      {versions, ['tlsv1.3', 'tlsv1.2']}
    ]}
  ]}
].
`);
    expect(advancedConfig(relayPaths("relay1"))).toContain("{ssl_listeners, [5671]}");
  });
});

describe("broker permissions", () => {
  /** The table that `rabbitmqctl list_permissions` prints in MIG's documentation. */
  const SEED = `
admin .* .* .*
scheduler ^mig(|(event|\\.agt)(|\\..*))$ ^mig(|event(|\\..*)|\\.(agt\\.(heartbeats|results)))$ ^mig(|event(|\\..*)|\\.(agt\\.(heartbeats|results)))$
agent ^mig\\.agt\\.(linux|windows|darwin)\\..*$ ^mig(|\\.agt\\.(linux|windows|darwin)\\..*)$ ^mig(|\\.agt\\.(linux|windows|darwin)\\..*)$
api ^migevent\\..*$ ^migevent(|\\..*)$ ^migevent(|\\..*)$
worker ^migevent\\..*$ ^migevent(|\\..*)$ ^migevent(|\\..*)$`;

  it("are those of the documentation", () => {
    const table = brokerPermissions("admin").map(({ user, configure, write, read }) =>
      [user, configure, write, read].join(" "),
    );
    expect(table).toEqual(SEED.trim().split("\n"));
  });

  const may = (user: string, right: "configure" | "write" | "read", name: string) => {
    const permissions = brokerPermissions("admin").find((candidate) => candidate.user === user);
    return permissions !== undefined && new RegExp(permissions[right]).test(name);
  };

  it.each([
    ["scheduler", "configure", "mig", true],
    ["scheduler", "configure", "migevent", true],
    ["scheduler", "configure", "mig.agt.heartbeats", true],
    ["scheduler", "write", "mig.agt.results", true],
    ["scheduler", "read", "mig.agt.linux.host1.x", false],
    ["agent", "configure", "mig.agt.linux.host1.x", true],
    ["agent", "configure", "mig.agt.heartbeats", false],
    ["agent", "read", "mig.agt.results", false],
    ["agent", "write", "mig", true],
    ["agent", "write", "migevent", false],
    ["worker", "configure", "migevent.worker.agent_intel", true],
    ["worker", "write", "mig", false],
    ["api", "read", "migevent.x", true],
  ] as const)("let %s %s %s: %s", (user, right, name, allowed) => expect(may(user, right, name)).toBe(allowed));

  it("know every account", () => {
    expect(brokerPermissions("root").map(({ user }) => user)).toEqual(["root", ...BROKER_USERS]);
  });
});

describe("the agent's dial string", () => {
  const login = { host: "10.0.0.1", port: 443, user: "agent", password: "abcXYZ123" };
  it("names the vhost", () => expect(dialString(login)).toBe("amqps://agent:abcXYZ123@10.0.0.1:443/mig"));
  it("puts an IPv6 address in brackets", () => expect(dialString({ ...login, host: "::1" })).toContain("@[::1]:443/"));
  it.each(["a/b", "a@b", "a:b", "a%b", "a b"])("refuses a password such as %j, and does not print it", (password) => {
    expect(() => dialString({ ...login, password })).toThrow(
      /^(?!.*a[/@:% ]b).*characters that mean something in a URL/,
    );
  });
});

describe("the whitelist", () => {
  it.each([
    "linux.agent123.example.net.58b3mndjmbb00",
    "windows.db4.sub.example.com.56b2andxmyb00",
    "re:linux.server[0-9]{1,4}.example.net.[a-z0-9]{13}",
  ])("takes %s", (entry) => expect(whitelistProblem(entry)).toBeUndefined());

  it.each([
    ["agent1", "no agent's queue location"],
    ["solaris.a.b", "no agent's queue location"],
    ["re:[", "too short"],
    ["re:linux.[a-", "Invalid regular expression"],
    ["re:(?=linux).*", "look-around"],
    ["re:(a)\\1", "back-reference"],
    [" linux.a.b", "white space"],
    ["linux.a\nre:.*", "line break"],
  ])("refuses %j", (entry, reason) => expect(whitelistProblem(entry)).toContain(reason));

  it("has an entry a line", () => expect(renderWhitelist(["a", "b"])).toBe("a\nb\n"));
});

describe("PostgreSQL's access rules", () => {
  it("admit roles with TLS from named places and reject them elsewhere", () => {
    expect(
      accessRules("mig", [
        { role: "migadmin", sources: ["10.0.0.1", "10.0.0.1"] },
        { role: "migapi", sources: ["10.1.0.0/16", "fd00::1"] },
      ]),
    ).toBe(
      [
        "hostssl mig migadmin 10.0.0.1/32 scram-sha-256",
        "hostssl mig migapi 10.1.0.0/16 scram-sha-256",
        "hostssl mig migapi fd00::1/128 scram-sha-256",
        "host all migadmin,migapi all reject",
        "",
      ].join("\n"),
    );
  });

  it("go with settings that name the certificate and refuse old TLS", () => {
    const text = serverSettings(serverPaths("/etc/postgresql/15/main", "mig"), ["10.0.0.1"]);
    expect(text).toContain("listen_addresses = '10.0.0.1'");
    expect(text).toContain("ssl_min_protocol_version = 'TLSv1.2'");
    expect(text).toContain("ssl_key_file = '/etc/postgresql/15/main/certs/server.key'");
  });
});

describe("the spool", () => {
  it("has the folders of the documentation, parents first", () => {
    const account = { user: "mig", group: "mig" };
    const paths = spoolDirectories(account).map(({ path }) => path.replace("/var/cache/mig", ""));
    expect(paths).toEqual([
      "",
      "/action",
      ...["new", "done", "inflight", "invalid"].map((state) => `/action/${state}`),
      "/command",
      ...["done", "inflight", "ready", "returned"].map((state) => `/command/${state}`),
    ]);
    expect(new Set(spoolDirectories(account).map(({ owner, mode }) => `${owner} ${mode}`))).toEqual(
      new Set(["mig 0750"]),
    );
  });
});

describe("the redirect of port 443", () => {
  it("is the rule of the documentation, on one interface where asked", () => {
    const rule = '-p tcp --dport 443 -j REDIRECT --to-port 5671 -m comment --comment "Serve RabbitMQ on HTTPS port"';
    expect(redirectFiles({})[0]?.content).toContain(`PREROUTING ${rule}`);
    expect(redirectFiles({ interface: "eth0" })[0]?.content).toContain(`PREROUTING -i eth0 ${rule}`);
  });
});
