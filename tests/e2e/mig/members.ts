import { readFileSync, writeFileSync } from "node:fs";
import { parse } from "yaml";

import { readLabFacts, writeLabFacts } from "../../../lab/facts";
import { shownResources } from "../support/diff";
import type { Scene } from "./scene";

interface Content {
  hosts: { name: string; formerly?: string }[];
  mig: { agents: { hosts: string[] } };
}

const FILES = "find /etc/mig -type f -printf '%p %m %u\\n' 2>/dev/null | sort";

/** Agents that come, go and get another name, one `up` each. */
export function memberTests(scene: () => Scene): void {
  const host = (name: string) => scene().environment.host(name);

  function change(edit: (content: Content) => void): void {
    const { configFile } = scene().environment;
    const file = parse(readFileSync(configFile, "utf8")) as { config: { "groundwork:environment": Content } };
    edit(file.config["groundwork:environment"]);
    writeFileSync(configFile, JSON.stringify(file));
  }

  /** What is done to resources that are no components. */
  async function up(): Promise<string[]> {
    const { code, stdout, stderr } = await scene().environment.operate("up", "--yes", "--skip-preview", "--diff");
    expect({ code, stderr, stdout: code === 0 ? "" : stdout }).toEqual({ code: 0, stderr: "", stdout: "" });
    return shownResources(stdout)
      .map(({ op, urn }) => ({ op, type: urn.split("::")[2] ?? "", name: urn.split("::")[3] ?? "" }))
      .filter(({ type }) => !/(^|\$)groundwork:[^$]*$/.test(type))
      .map(({ op, name }) => `${op} ${name}`)
      .sort();
  }

  const own = (op: string, name: string) =>
    [
      ...["certificate", "key", "request"].map((part) => `${op} mig-agent-${name}-${part}`),
      `${op} mig-agent-${name}`,
    ].sort();

  test("an agent that is removed takes what it had with it, and is its own steps when it comes again", async () => {
    const before = await host("agent3").run(FILES);
    change(({ mig }) => mig.agents.hosts.pop());
    expect(await up()).toEqual(own("delete", "agent3"));
    expect(await host("agent3").run(FILES)).toBe("");
    change(({ mig }) => mig.agents.hosts.push("agent3"));
    expect(await up()).toEqual(own("create", "agent3"));
    expect(await host("agent3").run(FILES)).toBe(before);
  }, 120_000);

  test("an agent that is renamed keeps its key and gets a certificate of the new name", async () => {
    const { environment } = scene();
    const facts = readLabFacts(environment.directory);
    const known = facts?.hosts["agent3"];
    if (facts === undefined || known === undefined) throw new Error("the lab has no agent3");
    writeLabFacts(environment.directory, { ...facts, hosts: { ...facts.hosts, web9: known } });
    const key = await host("agent3").run("sha256sum /etc/mig/agent/agent-amqps-key.pem");
    const rename = (formerly: string | undefined) =>
      change(({ hosts, mig }) => {
        const entry = hosts.find(({ name }) => name === "agent3" || name === "web9");
        Object.assign(entry ?? {}, { name: "web9", formerly });
        mig.agents.hosts = ["agent1", "agent2", "web9"];
      });
    rename("agent3");
    const steps = await up();
    expect(steps).toContain("replace mig-agent-web9-certificate");
    expect(steps.filter((step) => /^(create|delete) /.test(step))).toEqual([]);
    expect(await host("agent3").run("sha256sum /etc/mig/agent/agent-amqps-key.pem")).toBe(key);
    const subject = "openssl x509 -noout -subject -in /etc/mig/agent/agent-amqps.pem";
    expect(await host("agent3").run(subject)).toMatch(/CN = web9$/);
    // What it was called is not needed any more.
    rename(undefined);
    expect(await up()).toEqual([]);
  }, 120_000);
}
