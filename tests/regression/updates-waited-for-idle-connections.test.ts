import { Thing, TestStack } from "../engine/support/harness";
import { startTestHosts } from "../support/servers";
import { configuredProvider, file, hostInputs, resource } from "../providers/hosts/fixture";

/**
 * The connections that a provider keeps for its next call were taken for a program's that goes on: every update with
 * hosts in it waited ten seconds for them, and said that the program was not over.
 */
it("a program has ended whatever its providers keep for their next call", async () => {
  const stack = new TestStack();
  let kept: NodeJS.Timeout | undefined;
  const rested: string[] = [];
  const provider = {
    ...stack.world.factory(),
    rest: () => {
      if (kept !== undefined) rested.push("after a call");
      clearInterval(kept);
      kept = undefined;
    },
  };
  stack.world.on = (call) => {
    if (call.startsWith("create")) kept ??= setInterval(() => undefined, 60_000);
  };
  stack.request = { providers: new Map([["test", () => provider]]) };
  const { events, steps } = await stack.up(() => void new Thing("a"));
  expect(steps).toEqual(["create a"]);
  expect(rested).toEqual(["after a call"]);
  expect(JSON.stringify(events)).not.toContain("the program is over");
});

it("the hosts provider keeps no connection once it rests, and opens another when it is called again", async () => {
  const [host] = await startTestHosts(1);
  if (host === undefined) throw new Error("no host was started");
  const provider = await configuredProvider(host);
  try {
    const set = resource(provider, "FileSet", "rest");
    const connections = () => host.run("pgrep -c -x sshd");
    const entry = await set.create({ host: hostInputs(host), files: [file("/etc/gw-rest", "text")] });
    expect(Number(await connections())).toBeGreaterThan(1);
    provider.rest?.();
    while (Number(await connections()) > 1) await new Promise((resolve) => setTimeout(resolve, 50));
    await set.delete(entry);
    expect(await host.run("ls /etc/gw-rest 2>/dev/null || :")).toBe("");
  } finally {
    await provider.close();
    await host.stop();
  }
}, 60_000);
