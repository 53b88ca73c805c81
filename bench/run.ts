import { parseArgs } from "node:util";
import { DEFAULT_PARALLEL } from "../engine/deployment";
import { beginTestRun, endTestRun } from "../tests/support/run";
import { startTestBroker } from "../tests/support/servers";
import { benchmark, type Result } from "./benchmark";
import { runPeers } from "./peers";
import { machine, operationTable, peerTable } from "./report";
import { BenchStack, type BrokerAccess } from "./stack";

/**
 * `npm run bench [-- NODES…] [--peers NODES]`: operations of stacks of so many nodes, each beside its floor, in one run on
 * one machine, as ratios: absolute figures say more about the machine than about the code. With `--peers`, others make the
 * same objects as well.
 */
const DEFAULT_SIZES = ["100", "500"];

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { peers: { type: "string" } } });
  const sizes = (positionals.length > 0 ? positionals : DEFAULT_SIZES).map(count);
  const peersAt = values.peers === undefined ? undefined : count(values.peers);
  beginTestRun();
  try {
    const broker = await startTestBroker();
    // The first one also fills the caches of files and of transpiled code.
    await measured(broker, 1);
    const start = await measured(broker, 1);
    const results: Result[] = [];
    for (const nodes of sizes) {
      console.error(`${nodes} nodes …`);
      results.push(await measured(broker, nodes));
    }
    console.log(machine());
    console.log(`start to the first step: ${start.took.up.untilSeconds?.toFixed(2) ?? "not seen"} s`);
    console.log(operationTable(results, start));
    if (peersAt === undefined) return;
    const ours = results.find(({ nodes }) => nodes === peersAt) ?? (await measured(broker, peersAt));
    console.log(peerTable(await runPeers(() => new BenchStack(broker, peersAt, DEFAULT_PARALLEL)), ours));
  } finally {
    await endTestRun();
  }
}

async function measured(broker: BrokerAccess, nodes: number): Promise<Result> {
  const stack = new BenchStack(broker, nodes, DEFAULT_PARALLEL);
  try {
    return await benchmark(stack);
  } finally {
    stack.remove();
  }
}

function count(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`${text} is no number of nodes; give whole numbers, as in \`npm run bench -- 100 1000 --peers 20\``);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
