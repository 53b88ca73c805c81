import type { Scene } from "../flocker/scene";
import { MMM_AGENT } from "../flocker/scene";

const STANZA = `socket_type ssl
    cert_file /usr/local/mmm/etc/ssl/ssl_crt.pem
    key_file  /usr/local/mmm/etc/ssl/ssl_key.pem
    ca_file   /usr/local/mmm/etc/ssl/ca_crt.pem
    verify_mode 1
`;

/** What MMM's hosts hold. */
export function fileTests(scene: () => Scene): void {
  const host = (name: string) => scene().environment.host(name);

  test.each([
    ["agent1", ["mmm_agent.conf 604"]],
    ["db1", ["mmm_agent.conf 640"]],
    ["api1", ["mmm_mon.conf 640"]],
    ["agent3", ["mmm_mon.conf 640"]],
    ["agent2", []],
  ])("%s has its pair and its configuration", async (name, configuration) => {
    const found = await host(name).run(
      "[ ! -e /usr/local/mmm ] || find /usr/local/mmm -type f -printf '%P %m %u:%g\\n' | sort",
    );
    const files = [
      ...configuration.map((file) => `etc/${file} root:root`),
      ...(configuration.length === 0
        ? []
        : ["ca_crt.pem 644", "ssl_crt.pem 644", "ssl_key.pem 600"].map((file) => `etc/ssl/${file} root:root`)),
    ];
    expect(found.split("\n").filter(Boolean)).toEqual(files);
  });

  test("a file that was there before keeps every byte, owner and mode, and gets a block", async () => {
    const text = await host(MMM_AGENT.host).run(`cat ${MMM_AGENT.path}`);
    expect(text).toBe(
      `# ours\nthis db1\nhost db1\n    ip 127.0.0.1\n    mode master\n# BEGIN groundwork mmm ssl\n${STANZA}# END groundwork mmm ssl`,
    );
  });

  test("a whole file ends with what turns TLS on", async () => {
    const address = host("agent1").address;
    expect(await host("api1").run("cat /usr/local/mmm/etc/mmm_mon.conf")).toBe(
      `include mmm_common.conf\nhost db1\n    ip ${address}\n\n${STANZA}`.trimEnd(),
    );
  });

  test("every host has a key of its own, and all trust one authority", async () => {
    const digests = (file: string) =>
      Promise.all(
        ["agent1", "db1", "api1", "agent3"].map((name) => host(name).run(`sha256sum </usr/local/mmm/etc/ssl/${file}`)),
      );
    expect(new Set(await digests("ssl_key.pem")).size).toBe(4);
    expect(new Set(await digests("ca_crt.pem")).size).toBe(1);
  });
}
