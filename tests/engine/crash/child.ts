import * as files from "node:fs/promises";

import { after, run } from "./scene";

/**
 * Takes one run of the engine and kills this very process at its nth point: before or after a provider call, and before
 * or after anything that the state's files make durable. Prints how many points there were when it lives to tell.
 */
async function main(folder: string, killAt: number): Promise<void> {
  let points = 0;
  const point = (): void => {
    if (++points === killAt) process.kill(process.pid, "SIGKILL");
  };
  const probe = await files.open(__filename);
  const prototype = Object.getPrototypeOf(probe) as Record<string, (...args: unknown[]) => Promise<unknown>>;
  await probe.close();
  const around = (owner: Record<string, (...args: unknown[]) => Promise<unknown>>, name: string): void => {
    const original = owner[name];
    if (original === undefined) throw new Error(`there is no ${name}`);
    owner[name] = async function (this: unknown, ...args: unknown[]) {
      point();
      const answer = await original.apply(this, args);
      point();
      return answer;
    };
  };
  for (const name of ["sync", "datasync"]) around(prototype, name);
  for (const name of ["rename", "rm"]) around(files as never, name);
  const { failed, errors } = await run(folder, after, { point });
  if (failed) throw new Error(errors.join("\n"));
  process.stdout.write(`${points}`);
}

main(process.argv[2] ?? "", Number(process.argv[3])).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
