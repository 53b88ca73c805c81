import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { connect } from "node:tls";

import type { Host } from "../../../lab/host";
import type { Scene } from "./scene";

const DAY = 24 * 3600 * 1000;
const SERVICE = "/usr/local/lib/groundwork/service";
const SYSTEMCTL = "/usr/local/sbin/systemctl";
const TOLD = "/tmp/told";
/** The lab's service manager, with a diary. */
const WATCHED = `#!/bin/sh
echo "$(date +%s%N) $*" >>${TOLD}
exec ${SERVICE}.real "$@"
`;
/** A systemctl with every unit running, with a diary of what is restarted. */
const RUNNING = `#!/bin/sh
case "$1" in restart) echo "$(date +%s%N) $*" >>${TOLD} ;; esac
`;

interface Certificate {
  readonly type: string;
  readonly outputs?: Record<string, unknown>;
}

/** Certificates whose time has come, and who is told. */
export function renewalTests(scene: () => Scene): void {
  const host = (name: string) => scene().environment.host(name);

  /** As if days had passed: the state says when certificates end, which decides. */
  async function pass(days: number): Promise<void> {
    const { environment } = scene();
    const file = path.join(environment.folder, "aged.json");
    const { stdout } = await environment.succeed("stack", "export", "--stack", "e2e");
    const state = JSON.parse(stdout) as { deployment: { resources: Certificate[] } };
    for (const { type, outputs } of state.deployment.resources) {
      if (type !== "tls:index/locallySignedCert:LocallySignedCert" || outputs === undefined) continue;
      const end = Date.parse(String(outputs["validityEndTime"]));
      outputs["validityEndTime"] = new Date(end - days * DAY).toISOString().replace(/\.\d+Z$/, "Z");
    }
    writeFileSync(file, JSON.stringify(state));
    await environment.succeed("stack", "import", "--stack", "e2e", "--file", file);
    expect(readFileSync(file, "utf8")).not.toContain("PRIVATE KEY");
  }

  /** What a host's services were told, and when the first of it was. */
  async function told(of: Host): Promise<{ what: string[]; at: bigint }> {
    const lines = (await of.run(`cat ${TOLD} 2>/dev/null || :`)).split("\n").filter((line) => line !== "");
    const what = lines.map((line) => line.replace(/^\d+ /, ""));
    return { what, at: BigInt(lines[0]?.split(" ")[0] ?? 0) };
  }

  /** The certificate that the broker shows. */
  const shown = () =>
    new Promise<string>((resolve, reject) => {
      const socket = connect({ host: host("relay1").address, port: 5671, rejectUnauthorized: false });
      socket.on("secureConnect", () => {
        resolve(socket.getPeerCertificate().serialNumber);
        socket.destroy();
      });
      socket.on("error", reject);
    });

  test("are left alone one day before two thirds of their life are over", async () => {
    await pass(59);
    const look = await scene().environment.operate("preview", "--expect-no-changes");
    expect(look).toMatchObject({ code: 0, stderr: "" });
  }, 60_000);

  test("are renewed on the day, with the reason in the preview, and all who use them are told once, servers first", async () => {
    await pass(1);
    const { environment } = scene();
    const preview = await environment.operate("preview", "--why");
    expect(preview.stdout).toMatch(
      /LocallySignedCert mig-relay-relay1-certificate replace\s+because its provider finds a difference in readyForRenewal/,
    );
    for (const name of ["relay1", "db1"]) {
      await host(name).run(`mv ${SERVICE} ${SERVICE}.real; cat >${SERVICE}; chmod 0755 ${SERVICE}`, { input: WATCHED });
    }
    const daemons = ["api1", "agent1", "agent2", "agent3"];
    for (const name of daemons) {
      await host(name).run(`cat >${SYSTEMCTL}; chmod 0755 ${SYSTEMCTL}`, { input: RUNNING });
    }
    const before = await shown();
    const up = await environment.operate("up", "--yes", "--skip-preview");
    expect(up).toMatchObject({ code: 0, stderr: "" });

    const [relay, database, platform, ...agents] = await Promise.all(
      ["relay1", "db1", ...daemons].map((name) => told(host(name))),
    );
    expect(relay?.what).toEqual(["reload rabbitmq-server"]);
    expect(database?.what).toEqual(["reload postgresql"]);
    expect([...(platform?.what ?? [])].sort()).toEqual(["restart mig-agent-intel-worker", "restart mig-scheduler"]);
    for (const agent of agents) {
      expect(agent.what).toEqual(["restart mig-agent"]);
      expect(agent.at > (relay?.at ?? agent.at)).toBe(true);
    }
    expect((platform?.at ?? 0n) > (relay?.at ?? 0n)).toBe(true);
    expect(await shown()).not.toBe(before);

    for (const name of ["relay1", "db1"]) await host(name).run(`mv ${SERVICE}.real ${SERVICE}; rm ${TOLD}`);
    for (const name of daemons) await host(name).run(`rm ${SYSTEMCTL} ${TOLD}`);
    expect(await environment.operate("up", "--yes", "--expect-no-changes")).toMatchObject({ code: 0, stderr: "" });
  }, 180_000);
}
