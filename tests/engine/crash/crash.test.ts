/** @jest-environment ./tests/engine/support/real-process-environment.js */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, rmSync } from "node:fs";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { urnName } from "../../../engine/urn";
import { after, AFTERWARDS, before, objects, run } from "./scene";

const REGISTER = resolve(__dirname, "../../../cli/bin/register.js");
const AT_ONCE = 3;

const base = mkdtempSync(join(tmpdir(), "groundwork-crash-"));

beforeAll(async () => {
  const made = await run(join(base, "template"), before);
  expect(made.errors).toEqual([]);
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** Runs the engine in a process that is killed at a point; false when it has no such point and ended by itself. */
async function killedAt(point: number): Promise<boolean> {
  const folder = join(base, String(point));
  cpSync(join(base, "template"), folder, { recursive: true });
  const args = ["-r", REGISTER, join(__dirname, "child.ts"), folder, String(point)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  let words = "";
  child.stderr.on("data", (chunk: Buffer) => (words += chunk.toString()));
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  if (code === 0) return false;
  expect([point, signal, words]).toEqual([point, "SIGKILL", ""]);
  return true;
}

test("a run that is killed at any point is gone on with: nothing is lost and nothing is made twice", async () => {
  let next = 1;
  let ended = false;
  const points: number[] = [];
  const killSome = async (): Promise<void> => {
    while (!ended) {
      const point = next++;
      if (await killedAt(point)) points.push(point);
      else ended = true;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, killSome));
  // Five calls of the provider with a line of the journal and its sync before and after, and the files of the end.
  expect(points.length).toBeGreaterThan(40);

  for (const point of points.sort((a, b) => a - b)) {
    const folder = join(base, String(point));
    const again = await run(folder, after);
    const { resources, pendingOperations } = again.snapshot;
    const names = resources.filter(({ type }) => type.startsWith("test:")).map(({ urn }) => urnName(urn));
    expect({ point, errors: again.errors, pendingOperations, objects: objects(folder), names: names.sort() }).toEqual({
      ...{ point, errors: [], pendingOperations: [], objects: AFTERWARDS },
      names: ["created", "group", "replaced", "replaced-first", "updated"],
    });
    const { changes } = await run(folder, after, { dryRun: true });
    expect([point, Object.keys(changes)]).toEqual([point, ["same"]]);
  }
}, 300_000);
