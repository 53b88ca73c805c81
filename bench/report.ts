import Table from "cli-table3";
import { cpus, totalmem } from "node:os";
import { OPERATIONS, type Result } from "./benchmark";
import { type Usage } from "./measure";
import { type PeerResult } from "./peers";

const PLAIN = { style: { head: [], border: [] } };

/** The machine: figures mean nothing without it. */
export function machine(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  return `${cpus().length} processors (${first?.model ?? "unknown"}), ${memory} GiB, Node ${process.versions.node}`;
}

/** One line an operation and size. `start` is what a stack of one node takes: what a node costs is counted beyond it. */
export function operationTable(results: readonly Result[], start: Result): string {
  const head = ["nodes", "operation", "s", "cpu s", "MiB", "floor s", "÷ floor", "cpu ÷ floor", "a node ÷ first"];
  const table = new Table({ head, ...PLAIN });
  const [first] = results;
  for (const result of results) {
    for (const name of OPERATIONS) {
      const [took, floor] = [result.took[name], result.floor[name]];
      const beyond = (of: Result): number =>
        (of.took[name].cpuSeconds - start.took[name].cpuSeconds) / (of.nodes - start.nodes);
      table.push([
        ...[result.nodes, name, took.seconds.toFixed(1), took.cpuSeconds.toFixed(1), took.mebibytes?.toFixed(0) ?? ""],
        ...(floor === undefined ? ["", "", ""] : ratios(took, floor)),
        first === undefined || first === result ? "" : (beyond(result) / beyond(first)).toFixed(2),
      ]);
    }
  }
  return table.toString();
}

function ratios(took: Usage, floor: Usage): string[] {
  const [wall, cpu] = [took.seconds / floor.seconds, took.cpuSeconds / floor.cpuSeconds];
  return [floor.seconds.toFixed(1), wall.toFixed(1), cpu.toFixed(1)];
}

/** Others on the same work, against the engine in the same run. */
export function peerTable(peers: readonly PeerResult[], { nodes, took }: Result): string {
  const head = [`${nodes} nodes`, "up s", "cpu s", "÷ groundwork", "unchanged s", "cpu s", "÷ groundwork"];
  const table = new Table({ head, ...PLAIN });
  const cells = (usage: Usage, ours: Usage): string[] => [
    usage.seconds.toFixed(1),
    usage.cpuSeconds.toFixed(1),
    (usage.seconds / ours.seconds).toFixed(1),
  ];
  table.push(["groundwork", ...cells(took.up, took.up), ...cells(took.unchanged, took.unchanged)]);
  for (const { name, up, unchanged, skipped } of peers) {
    if (up === undefined || unchanged === undefined) table.push([name, { colSpan: 6, content: `skipped: ${skipped}` }]);
    else table.push([name, ...cells(up, took.up), ...cells(unchanged, took.unchanged)]);
  }
  return table.toString();
}
