import { type Scene, change } from "../flocker/scene";
import { type Program, connect, ESTABLISHED } from "./sessions";

const DIRECTORY = "/etc/mysql-mmm";
const AGENT: Program = { host: "agent1", configuration: `${DIRECTORY}/mmm_agent.conf` };
const MONITOR: Program = { host: "api1", configuration: `${DIRECTORY}/mmm_mon.conf` };
const PACKAGED = "include mmm_common.conf\nthis db1";

/** The same hosts with MMM 2, as its package leaves them. */
export function series2Tests(scene: () => Scene, testWithPerl: jest.It): void {
  const host = (name: string) => scene().environment.host(name);

  test("a file that MMM 2 would refuse is told of, with what to do", async () => {
    const { environment } = scene();
    await host(AGENT.host).run(
      `mkdir -p ${DIRECTORY}; cat >${AGENT.configuration}; chmod 0644 ${AGENT.configuration}`,
      {
        input: `${PACKAGED}\n`,
      },
    );
    change(environment, ({ mmm }) => {
      mmm.series = 2;
      mmm.monitor.configuration = `include mmm_common.conf\n<host db1>\n  ip ${host("agent1").address}\n</host>\n`;
    });
    const refused = await environment.operate("up", "--yes");
    expect(refused.code).not.toBe(0);
    expect(refused.stdout).toContain(
      `${AGENT.configuration} can be read or written by others, which MMM 2 refuses: chmod 0640 ${AGENT.configuration}`,
    );
    await host(AGENT.host).run(`chmod 0640 ${AGENT.configuration}`);
    const up = await environment.operate("up", "--yes");
    expect(up).toMatchObject({ code: 0, stderr: "" });
  });

  test("the files of series 1 are as they were, and those of series 2 have a section", async () => {
    const old = await host(AGENT.host).run("cat /usr/local/mmm/etc/mmm_agent.conf");
    expect(old).toBe("# ours\nthis db1\nhost db1\n    ip 127.0.0.1\n    mode master");
    const text = await host(AGENT.host).run(`cat ${AGENT.configuration}`);
    expect(text.startsWith(`${PACKAGED}\n# BEGIN groundwork mmm ssl\n<socket>\n    type      ssl\n`)).toBe(true);
    expect(text.endsWith("</socket>\n# END groundwork mmm ssl")).toBe(true);
    expect(await host(MONITOR.host).run(`stat -c '%a %U' ${MONITOR.configuration}; ls /usr/local/mmm/etc`)).toBe(
      "640 root\nssl",
    );
  });

  testWithPerl("the monitor reaches an agent", async () => {
    expect(await connect(scene(), { from: MONITOR, to: AGENT, port: 9989 }, 2)).toEqual(ESTABLISHED);
  });

  testWithPerl(
    "series 1 without verification reaches even an impostor, and is let in by its own certificate",
    async () => {
      const { environment } = scene();
      change(environment, ({ mmm }) => {
        mmm.series = 1;
        mmm.verifyMode = 0;
        mmm.monitor.configuration = "";
      });
      expect(await environment.operate("up", "--yes")).toMatchObject({ code: 0, stderr: "" });
      const monitor = { ...MONITOR, configuration: "/usr/local/mmm/etc/mmm_mon.conf" };
      const impostor = { ...AGENT, configuration: "/tmp/foreign/mmm.conf" };
      expect(await connect(scene(), { from: monitor, to: impostor, port: 9989 })).toEqual(ESTABLISHED);
      await host(AGENT.host).run(`rm -r ${DIRECTORY}`);
    },
  );
}
