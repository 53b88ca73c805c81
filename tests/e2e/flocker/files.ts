import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";

import { placements } from "../support/state";
import { readFrom } from "../support/tls";
import { NODE_UUID, SECRET, type Scene } from "./scene";

const FLOCKER: Readonly<Record<string, readonly string[]>> = {
  relay1: [
    "agent.yml 600",
    "cluster.crt 644",
    "control-service.crt 644",
    "control-service.key 600",
    "node.crt 644",
    "node.key 600",
  ],
  agent1: ["agent.yml 600", "cluster.crt 644", "node.crt 644", "node.key 600", "plugin.crt 644", "plugin.key 600"],
  agent2: ["agent.yml 600", "cluster.crt 644", "node.crt 644", "node.key 600"],
  api1: ["ci.crt 644", "ci.key 600", "cluster.crt 644"],
};
const HOSTS = ["relay1", "db1", "api1", "agent1", "agent2", "agent3"];

/** What Flocker's hosts and the administrator hold. */
export function fileTests(scene: () => Scene): void {
  const host = (name: string) => scene().environment.host(name);

  test.each(HOSTS)("%s has its own files alone in /etc/flocker, for root", async (name) => {
    const found = await host(name).run("[ ! -e /etc/flocker ] || find /etc/flocker -printf '%f %m %u:%g\\n' | sort");
    const files = FLOCKER[name]?.map((file) => `${file} root:root`) ?? [];
    expect(found.split("\n").filter(Boolean).sort()).toEqual(
      files.length === 0 ? [] : ["flocker 700 root:root", ...files].sort(),
    );
  });

  test("the administrator alone has the cluster's key", async () => {
    const { administrator, state } = scene();
    const mode = (file: string) => (statSync(path.join(administrator, file)).mode & 0o777).toString(8);
    const local = readdirSync(administrator).sort();
    expect(local).toEqual(["alice.crt", "alice.key", "cluster.crt", "cluster.key"]);
    expect([mode("."), ...local.map(mode)]).toEqual(["700", "600", "600", "600", "600"]);
    const key = readFileSync(path.join(administrator, "cluster.key"), "utf8");
    for (const { host: name, files } of placements(state)) {
      expect([name, files.some(({ content }) => content.includes(key.trim()))]).toEqual([name, false]);
    }
    for (const name of HOSTS) {
      expect(await host(name).run("find /etc/flocker /usr/local/mmm -name '*cluster.key*' 2>/dev/null || :")).toBe("");
    }
  });

  test.each([
    ["relay1", "control-service", "control-service"],
    ["relay1", "node", /^node-[0-9a-f-]{36}$/],
    ["agent1", "node", `node-${NODE_UUID}`],
    ["agent1", "plugin", "user-plugin"],
    ["api1", "ci", "user-ci"],
  ])("%s has as %s.crt a certificate of its name, cluster and authority", async (name, file, commonName) => {
    const authority = new X509Certificate(await readFrom(host(name), "/etc/flocker/cluster.crt"));
    const certificate = new X509Certificate(await readFrom(host(name), `/etc/flocker/${file}.crt`));
    const attribute = (key: string, subject: string) => new RegExp(`^${key}=(.*)$`, "m").exec(subject)?.[1];
    expect(attribute("CN", certificate.subject)).toMatch(
      typeof commonName === "string" ? new RegExp(`^${commonName}$`) : commonName,
    );
    expect(attribute("OU", certificate.subject)).toBe(attribute("OU", authority.subject));
    expect(attribute("CN", authority.subject)).toBe("storage");
    expect(certificate.issuer).toBe(authority.subject);
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.serialNumber.length).toBeGreaterThan(24);
  });

  test("agent.yml says where the control service is, and has the storage's secret", async () => {
    expect(parse(await readFrom(host("agent2"), "/etc/flocker/agent.yml"))).toEqual({
      version: 1,
      "control-service": { hostname: host("relay1").address, port: 4524 },
      dataset: { backend: "aws", zone: "no", secret_access_key: SECRET },
    });
  });

  test("no secret is told", () => {
    const { up, environment } = scene();
    const configuration = readFileSync(environment.configFile, "utf8");
    for (const text of [up.stdout, up.stderr, configuration]) expect(text).not.toMatch(/wJalrXUtn|PRIVATE KEY/);
    expect(existsSync(path.join(environment.state, ".pulumi"))).toBe(true);
  });
}
