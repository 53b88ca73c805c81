import { readFileSync } from "node:fs";
import * as path from "node:path";

import type { Host } from "../../../lab/host";
import type { Scene } from "../flocker/scene";
import { makeForeignIdentity } from "../support/openssl";

const SCRIPT = readFileSync(path.join(__dirname, "peer.pl"), "utf8");

/** A program of MMM: where it runs, and the configuration that it reads. */
export interface Program {
  readonly host: string;
  readonly configuration: string;
}

const AGENT: Program = { host: "agent1", configuration: "/usr/local/mmm/etc/mmm_agent.conf" };
const MONITOR: Program = { host: "api1", configuration: "/usr/local/mmm/etc/mmm_mon.conf" };
const CONTROL: Program = { host: "agent3", configuration: "/usr/local/mmm/etc/mmm_mon.conf" };
const AGENT_PORT = 9989;
const MONITOR_PORT = 9988;
/** On a host, made there by the test. */
const FOREIGN = "/tmp/foreign";
const NOBODY = "/tmp/nobody.conf";

interface Connection {
  readonly from: Program;
  readonly to: Program;
  readonly port: number;
  /** @default the listener's own */
  readonly address?: string;
}

/** What both ends say of a connection that one makes and the other waits for. */
export async function connect({ environment }: Scene, { from, to, port, address }: Connection, series: 1 | 2 = 1) {
  const [client, server] = [environment.host(from.host), environment.host(to.host)];
  const at = address ?? server.address;
  const run = (host: Host, role: string, { configuration }: Program) =>
    host.exec(`perl - ${role} ${series} ${configuration} ${at} ${port}`, { input: SCRIPT });
  const [listened, dialled] = await Promise.all([run(server, "listen", to), run(client, "dial", from)]);
  const said = ({ stdout, stderr }: { stdout: string; stderr: string }) => (stdout + stderr).trim();
  return { server: said(listened), client: said(dialled) };
}

export const ESTABLISHED = { server: "established", client: "established" };

/** Connections of MMM's programs by IO::Socket::SSL, as they make them, with the files that were placed. */
export function sessionTests(scene: () => Scene, testWithPerl: jest.It): void {
  beforeAll(async () => {
    const { cert, key } = await makeForeignIdentity();
    for (const name of [AGENT.host, MONITOR.host, CONTROL.host]) {
      const host = scene().environment.host(name);
      await host.run(`mkdir -p ${FOREIGN}; cat >${FOREIGN}/cert.pem`, { input: cert });
      await host.run(`cat >${FOREIGN}/key.pem`, { input: key });
      const foreign = `socket_type ssl\n  cert_file ${FOREIGN}/cert.pem\n  key_file ${FOREIGN}/key.pem\n`;
      const trusted = "  ca_file /usr/local/mmm/etc/ssl/ca_crt.pem\n";
      await host.run(`cat >${FOREIGN}/mmm.conf`, { input: foreign + trusted });
      await host.run(`cat >${NOBODY}`, { input: `socket_type ssl\n${trusted}` });
    }
  });

  testWithPerl.each([
    ["the monitor reaches an agent", { from: MONITOR, to: AGENT, port: AGENT_PORT }],
    ["a remote mmm_control reaches the monitor", { from: CONTROL, to: MONITOR, port: MONITOR_PORT }],
  ])("%s by the address that it dials", async (_, connection) => {
    expect(await connect(scene(), connection)).toEqual(ESTABLISHED);
  });

  testWithPerl.each([
    ["without a certificate", { ...MONITOR, configuration: NOBODY }, /peer did not return a certificate/],
    ["with another authority's certificate", { ...MONITOR, configuration: `${FOREIGN}/mmm.conf` }, /verify failed/],
  ])("an agent refuses a client %s", async (_, from, reason) => {
    const { server, client } = await connect(scene(), { from, to: AGENT, port: AGENT_PORT });
    expect(server).toMatch(/^refused: /);
    expect(server).toMatch(reason);
    expect(client).toMatch(/^refused: /);
  });

  testWithPerl("the monitor refuses an agent that another authority has signed", async () => {
    const impostor = { ...AGENT, configuration: `${FOREIGN}/mmm.conf` };
    const { client } = await connect(scene(), { from: MONITOR, to: impostor, port: AGENT_PORT });
    expect(client).toMatch(/^refused: .*certificate verify failed/);
  });

  testWithPerl("the monitor refuses an agent at an address that its certificate does not hold", async () => {
    const elsewhere = `${scene().environment.facts.subnet}.99`;
    const { client } = await connect(scene(), { from: MONITOR, to: AGENT, port: AGENT_PORT, address: elsewhere });
    expect(client).toMatch(/^refused: hostname verification failed/);
  });

  test.skip("MMM itself connects: it is not in Debian 12", () => undefined);
}
