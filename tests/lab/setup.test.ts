import { readFileSync } from "node:fs";
import * as path from "node:path";

import { startTestHosts, type TestHost } from "../support/servers";

const SCRIPTS = path.resolve(__dirname, "../../scripts/setup");

const { closingLine } = jest.requireActual<{ closingLine(report: Record<string, number>): string }>(
  path.join(SCRIPTS, "closing-line.js"),
);
const { isUpToDate } = jest.requireActual<{ isUpToDate(wanted: object, present: object): boolean }>(
  path.join(SCRIPTS, "dependencies.js"),
);

const A = { "node_modules/a": { version: "1.0.0" } };

test.each([
  ["the same", A, A, true],
  ["another version", A, { "node_modules/a": { version: "0.9.0" } }, false],
  ["a package that is not there", A, {}, false],
  ["a package for another platform", { ...A, "node_modules/b": { version: "1.0.0", optional: true } }, A, true],
  ["a workspace that is not there", { ...A, "node_modules/w": { resolved: "w", link: true } }, A, false],
  ["a workspace's own entry", { ...A, w: { version: "0.1.0" } }, A, true],
])("npm packages are compared with the lock file: %s", (_case, wanted, present, expected) => {
  expect(isUpToDate({ "": {}, ...wanted }, present)).toBe(expected);
});

test.each([
  ["all passed", { numPassedTests: 3 }, "3 passed, 0 failed"],
  ["some skipped", { numPassedTests: 3, numPendingTests: 1, numTodoTests: 1 }, "3 passed, 0 failed, 2 skipped"],
  ["a file that does not load", { numFailedTests: 1, numRuntimeErrorTestSuites: 1 }, "0 passed, 2 failed"],
])("the closing line counts a run with %s", (_case, counts, line) => {
  const none = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
  expect(closingLine({ ...none, numRuntimeErrorTestSuites: 0, ...counts })).toBe(line);
});

describe("the installation of packages", () => {
  const POLICY = "/usr/sbin/policy-rc.d";
  let host: TestHost;

  beforeAll(async () => {
    const [first] = await startTestHosts(1);
    if (first === undefined) throw new Error("a host was asked for");
    host = first;
    // Its own /usr/sbin, and an apt-get that tells what it is asked and whether services may start meanwhile.
    await host.run("mount -t tmpfs tmpfs /usr/sbin");
    await host.run(
      `cat >/usr/local/bin/apt-get <<'END'
#!/bin/sh
${POLICY}; echo "$DEBIAN_FRONTEND $* policy=$?" >>/tmp/calls
[ ! -e /tmp/fail ]
END
chmod +x /usr/local/bin/apt-get`,
    );
  });

  afterAll(() => host.stop());

  async function install(packages = "one two") {
    const script = readFileSync(path.join(SCRIPTS, "install-packages.sh"), "utf8");
    return host.exec(`rm -f /tmp/calls; sh -s ${packages}`, { input: script });
  }

  test("holds services back and leaves no policy behind", async () => {
    expect((await install()).code).toBe(0);
    expect(await host.run(`cat /tmp/calls; ls ${POLICY}* 2>/dev/null || echo none`)).toBe(
      [
        "noninteractive -o DPkg::Lock::Timeout=120 update policy=101",
        "noninteractive -o DPkg::Lock::Timeout=120 install -y --no-install-recommends one two policy=101",
        "none",
      ].join("\n"),
    );
  });

  test("answers what a package would ask before it sets up a database on this machine", async () => {
    await host.run(`cat >/usr/local/bin/debconf-set-selections <<'END'
#!/bin/sh
cat >>/tmp/answers
END
chmod +x /usr/local/bin/debconf-set-selections`);
    expect((await install("icinga2-bin")).code).toBe(0);
    expect(await host.run("cat /tmp/answers 2>/dev/null || echo none")).toBe("none");
    expect((await install("icinga2-bin icinga2-ido-pgsql")).code).toBe(0);
    expect(await host.run("cat /tmp/answers")).toBe(
      "icinga2-ido-pgsql icinga2-ido-pgsql/dbconfig-install boolean false",
    );
  });

  test("puts a policy that was there back, also when it fails or an earlier one was killed", async () => {
    await host.run(`printf 'theirs' >${POLICY}; chmod 0700 ${POLICY}; touch /tmp/fail`);
    const state = `cat ${POLICY}; stat -c ' %a' ${POLICY}; ls ${POLICY}*`;
    const before = await host.run(state);
    expect((await install()).code).toBe(1);
    expect(await host.run(state)).toBe(before);

    await host.run(`mv ${POLICY} ${POLICY}.groundwork-saved; echo ours >${POLICY}; rm /tmp/fail`);
    expect((await install()).code).toBe(0);
    expect(await host.run(state)).toBe(before);
  });
});
