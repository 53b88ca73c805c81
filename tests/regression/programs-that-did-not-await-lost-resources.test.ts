import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { TestProject } from "../cli/project";

jest.setTimeout(120_000);

/**
 * A program was taken to have ended when it had asked for nothing more for a moment. What it declared later
 * (`main()` in place of `await main()`) was never made, and was deleted where it had been made before.
 */
describe("a program that does not wait for its own work", () => {
  let project: TestProject;

  beforeAll(async () => {
    project = await TestProject.withStack();
  });

  afterAll(() => project.dispose());

  /** Runs a program that makes one key at once and one after `something`; gives what changed, and what there is then. */
  async function up(something: string): Promise<{ code: number | null; names: string[] }> {
    const program = `
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import * as tls from "@pulumi/tls";

async function fetched(): Promise<void> {
  const server = createServer((_request, answer) => void setTimeout(() => answer.end("late"), 500));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  await (await fetch("http://127.0.0.1:" + (server.address() as { port: number }).port)).text();
  server.close();
}

/** A module of 100,000 empty functions, which takes a while to compile. */
function wasm(): Uint8Array {
  const count = [0xa0, 0x8d, 0x06];
  const repeated = (...bytes: number[]): number[] => Array.from({ length: 100_000 }, () => bytes).flat();
  const section = (id: number, body: number[]): number[] => {
    const size = [body.length & 127 | 128, (body.length >> 7) & 127 | 128, (body.length >> 14) & 127 | 128, body.length >> 21];
    return [id, ...size].concat(body);
  };
  const types = section(1, [1, 0x60, 0, 0]);
  const functions = section(3, count.concat(repeated(0)));
  const code = section(10, count.concat(repeated(2, 0, 0x0b)));
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0].concat(types, functions, code));
}

async function main(): Promise<void> {
  new tls.PrivateKey("first", { algorithm: "ED25519" });
  await ${something};
  new tls.PrivateKey("second", { algorithm: "ED25519" });
}
void main();
`;
    writeFileSync(join(project.folder, "index.ts"), program);
    const { code } = await project.run(["up", "--yes"]);
    const { stdout } = await project.run(["stack", "export"]);
    return { code, names: [...stdout.matchAll(/PrivateKey::(\w+)"/g)].map(([, name = ""]) => name) };
  }

  it.each([
    ["a timer", "delay(500)"],
    ["a file", "readFile(__filename)"],
    ["an answer from a server", "fetched()"],
    ["a module of WebAssembly", "WebAssembly.compile(wasm())"],
  ])("is waited for while %s is", async (_what, something) => {
    expect(await up(something)).toEqual({ code: 0, names: ["first", "second"] });
  });
});
