import { Socket } from "node:net";
import { setImmediate, setTimeout } from "node:timers/promises";
import { compilations, watchCompilations } from "./compilations";

/**
 * Requests of this process that nothing but a program leaves open for long, as Node.js names them: `FSReqPromise`,
 * `CloseReq`, `GetAddrInfoReqWrap`, `TCPConnectWrap`, … Writes to streams are none: nobody may be reading.
 */
const REQUEST = /Req|ConnectWrap|SendWrap|^Immediate$/;
/** How long nobody is told that a program is waited for: ms. */
const PATIENCE = 5_000;
/**
 * How often in a row nothing has to be left. Turns are counted, not time: a busy machine may take the processor away for
 * longer than any pause.
 */
const QUIET_TURNS = 3;
/** Between two looks while something is left: ms. */
const PAUSE = 5;

/** Timers, files and connections of a program that it has not waited for itself (`main()` in place of `await main()`). */
export class UnfinishedWork {
  /** Timers of whoever runs the engine, when this is made: before anything of the operation itself may have one. */
  private readonly timers = active("Timeout");

  constructor() {
    watchCompilations();
  }

  /**
   * Resolves once nothing is left that could go on: as under Pulumi's CLI, a program has ended when its process would. The
   * standard streams, processes and servers do not count, nor do connections that wait unreferenced for their next use.
   */
  async ended(settled: () => Promise<void>, isStopping: () => boolean, tell: (message: string) => void): Promise<void> {
    await settled();
    const began = Date.now();
    let told = false;
    for (let quiet = 0; quiet < QUIET_TURNS; await (quiet > 0 ? setImmediate() : setTimeout(PAUSE))) {
      await settled();
      if (isStopping()) return;
      quiet = this.isIdle() ? quiet + 1 : 0;
      if (told || quiet > 0 || Date.now() - began < PATIENCE) continue;
      told = true;
      tell("the program is over but something that it began goes on (a timer, a connection); waiting for that to end");
    }
  }

  private isIdle(): boolean {
    const requests = process.getActiveResourcesInfo().filter((kind) => REQUEST.test(kind));
    return requests.length === 0 && compilations() === 0 && active("Timeout") <= this.timers && connections() === 0;
  }
}

function active(kind: string): number {
  return process.getActiveResourcesInfo().filter((each) => each === kind).length;
}

/** Those that this process opened: one that a server of it accepted knows the server. */
function connections(): number {
  const handles = (process as unknown as { _getActiveHandles(): unknown[] })._getActiveHandles();
  return handles.filter(
    (handle) => handle instanceof Socket && handle.remotePort !== undefined && !("server" in handle && handle.server),
  ).length;
}
