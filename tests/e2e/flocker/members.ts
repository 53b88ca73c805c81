import { X509Certificate } from "node:crypto";

import { identityFrom, readFrom, session } from "../support/tls";
import { type Scene, change } from "./scene";

const HOSTS = ["relay1", "db1", "api1", "agent1", "agent2", "agent3"];

const SYSTEMCTL = "/usr/local/sbin/systemctl";
/** A systemctl with an agent that runs, a plugin that failed, and MMM's agent; it writes down what is restarted. */
const RUNNING = `#!/bin/sh
case "$*" in
  "is-active --quiet flocker-dataset-agent" | "is-failed --quiet flocker-docker-plugin") ;;
  "is-active --quiet mmm_agent") ;;
  restart*) echo "$2" >>/tmp/restarted ;;
  *) exit 3 ;;
esac
`;

/** Nodes that come, move and go, one `up` each; what they have is theirs alone, and nobody else's changes. */
export function memberTests(scene: () => Scene): void {
  const host = (name: string) => scene().environment.host(name);
  const up = async () => {
    const result = await scene().environment.operate("up", "--yes");
    expect(result).toMatchObject({ code: 0, stderr: "" });
    return result;
  };
  /** Everything in Flocker's folder by host, as one digest. */
  const digests = async () => {
    const each = HOSTS.map(async (name) => {
      const list = "find /etc/flocker -printf '%p %m %U %T@\\n' -type f -exec sha256sum {} + 2>/dev/null";
      return [name, await host(name).run(`${list} | sort | sha256sum`)] as const;
    });
    return Object.fromEntries(await Promise.all(each));
  };
  const changed = (before: Record<string, string>, after: Record<string, string>) =>
    HOSTS.filter((name) => before[name] !== after[name]);
  const nodeName = async (name: string) =>
    /^CN=(.*)$/m.exec(new X509Certificate(await readFrom(host(name), "/etc/flocker/node.crt")).subject)?.[1];

  test("of the services that run or failed, those that read a changed file are restarted, once", async () => {
    const agent = host("agent1");
    await agent.run(`cat >${SYSTEMCTL}; chmod 0755 ${SYSTEMCTL}`, { input: RUNNING });
    change(scene().environment, ({ flocker }) => (flocker.agent.port = 5524));
    await up();
    expect(await agent.run("cat /tmp/restarted")).toBe("flocker-dataset-agent\nflocker-docker-plugin");
    await agent.run(`rm ${SYSTEMCTL} /tmp/restarted`);
  });

  test("a node that is added gets a UUID of its own, is let in, and nothing else is touched", async () => {
    const before = await digests();
    change(scene().environment, ({ flocker }) => flocker.nodes.push({ host: "agent3" }));
    const { stdout } = await up();
    expect(stdout).toMatch(/\+ 8 created$/m);
    expect(changed(before, await digests())).toEqual(["agent3"]);

    const names = await Promise.all(["relay1", "agent1", "agent2", "agent3"].map(nodeName));
    expect(new Set(names).size).toBe(4);
    const pairOf = (name: string, file: string) =>
      identityFrom(host(name), `/etc/flocker/${file}.crt`, `/etc/flocker/${file}.key`);
    const ca = await readFrom(host("agent3"), "/etc/flocker/cluster.crt");
    const listener = {
      address: host("relay1").address,
      identity: await pairOf("relay1", "control-service"),
      ca,
      admits: (name: string) => name.startsWith("node-"),
    };
    const dialler = { name: "control-service", ca, identity: await pairOf("agent3", "node") };
    expect(await session(listener, dialler)).toBe("established");
  });

  test("a node that moves to another host is another node there, and leaves nothing behind", async () => {
    const [before, name] = [await digests(), await nodeName("agent3")];
    change(scene().environment, ({ flocker }) => Object.assign(flocker.nodes.at(-1) ?? {}, { host: "db1" }));
    await up();
    expect(changed(before, await digests())).toEqual(["db1", "agent3"]);
    expect(await nodeName("db1")).not.toBe(name);
    expect(await host("agent3").run("ls -d /etc/flocker 2>/dev/null || :")).toBe("");
  });

  test("a node that is removed takes what it had with it", async () => {
    const before = await digests();
    change(scene().environment, ({ flocker }) => flocker.nodes.pop());
    await up();
    expect(changed(before, await digests())).toEqual(["db1"]);
    expect(await host("db1").run("ls -d /etc/flocker 2>/dev/null || :")).toBe("");
    const look = await scene().environment.operate("preview", "--refresh", "--expect-no-changes");
    expect(look).toMatchObject({ code: 0, stderr: "" });
  });

  test("a key that somebody opened to others, and one that is gone, are drift and put right", async () => {
    await host("agent2").run("chmod 0644 /etc/flocker/node.key; rm /etc/flocker/node.crt; chmod 0755 /etc/flocker");
    const result = await scene().environment.operate("up", "--yes", "--refresh");
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(result.stdout).toMatch(/~ 1 updated$/m);
    expect(await host("agent2").run("stat -c %a /etc/flocker /etc/flocker/node.key /etc/flocker/node.crt")).toBe(
      "700\n600\n644",
    );
  });
}
