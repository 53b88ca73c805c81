import Table from "cli-table3";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { DEFAULT_PARALLEL } from "../engine/deployment";
import { beginTestRun, endTestRun } from "../tests/support/run";
import { startTestBroker } from "../tests/support/servers";
import { Floor, type BrokerAccess } from "./floor";
import { measure, measureNode, type Usage } from "./measure";

/**
 * `npm run bench [-- NODES…]`: the same work by the engine and bare, in one run on one machine, as ratios. Absolute
 * figures say more about the machine than about the code.
 */
const ROOT = resolve(__dirname, "..");
const CLI = join(ROOT, "cli/bin/groundwork.js");

interface Result {
  readonly nodes: number;
  readonly floorUp: Usage;
  readonly floorRefresh: Usage;
  readonly up: Usage;
  readonly unchanged: Usage;
  readonly refresh: Usage;
  readonly destroy: Usage;
}

async function main(sizes: readonly number[]): Promise<void> {
  beginTestRun();
  try {
    const broker = await startTestBroker();
    await benchmark(broker, 1);
    const results: Result[] = [];
    for (const nodes of sizes) {
      console.error(`${nodes} nodes …`);
      results.push(await benchmark(broker, nodes));
    }
    console.log(report(results));
  } finally {
    await endTestRun();
  }
}

async function benchmark(broker: BrokerAccess, nodes: number): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "groundwork-bench-"));
  try {
    cpSync(join(__dirname, "nodes"), folder, { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const config = { endpoint: broker.endpoint, username: broker.username, password: broker.password, nodes };
    const lines = Object.entries(config).map(
      ([key, value]) => `  bench-nodes:${key}: ${JSON.stringify(String(value))}\n`,
    );
    writeFileSync(join(folder, "Pulumi.bench.yaml"), `config:\n${lines.join("")}`, { mode: 0o600 });
    const env = { ...process.env, PULUMI_CONFIG_PASSPHRASE: "bench", HOME: folder };
    const groundwork = (...args: string[]): Promise<Usage> =>
      measureNode(CLI, ["-C", folder, ...args, "--stack", "bench"], env);
    await groundwork("stack", "init", "bench");

    const floor = new Floor(broker, nodes, DEFAULT_PARALLEL);
    const floorUp = await measure(() => floor.create());
    const floorRefresh = await measure(() => floor.read());
    await floor.remove();
    const up = await groundwork("up", "--yes", "--skip-preview");
    const unchanged = await groundwork("up", "--yes", "--skip-preview", "--expect-no-changes");
    const refresh = await groundwork("refresh", "--yes", "--skip-preview");
    const destroy = await groundwork("destroy", "--yes", "--skip-preview");
    return { nodes, floorUp, floorRefresh, up, unchanged, refresh, destroy };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function report(results: readonly Result[]): string {
  const head = [
    "nodes",
    "up",
    "÷ floor",
    "unchanged",
    "refresh",
    "÷ floor",
    "destroy",
    "cpu up",
    "cpu unchanged",
    "MiB",
    "up a node ÷ first",
  ];
  const table = new Table({ head, style: { head: [] } });
  const first = results[0];
  for (const r of results) {
    const perNode = r.up.seconds / r.nodes / (first === undefined ? 1 : first.up.seconds / first.nodes);
    table.push([
      r.nodes,
      ...[r.up.seconds.toFixed(1), (r.up.seconds / r.floorUp.seconds).toFixed(2)],
      r.unchanged.seconds.toFixed(1),
      ...[r.refresh.seconds.toFixed(1), (r.refresh.seconds / r.floorRefresh.seconds).toFixed(2)],
      r.destroy.seconds.toFixed(1),
      ...[r.up.cpuSeconds.toFixed(1), r.unchanged.cpuSeconds.toFixed(1)],
      ...[Math.max(r.up.mebibytes, r.unchanged.mebibytes, r.refresh.mebibytes).toFixed(0), perNode.toFixed(2)],
    ]);
  }
  return table.toString();
}

const sizes = process.argv.slice(2).map(Number);
main(sizes.length > 0 ? sizes : [100, 500]).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
