import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { WORKSHOP } from "./places";

const BUILT = join(WORKSHOP, "pulumi");
let found: Promise<string> | undefined;

/**
 * The executable of Pulumi's CLI: what PULUMI names; the one built before; that on PATH; or else built from its Go
 * module (`pulumi/go.mod`), which takes minutes.
 */
export function findPulumi(): Promise<string> {
  found ??= find();
  return found;
}

/** The one that is there: nothing is built. */
export function pulumiThatIsThere(): string | undefined {
  const { PULUMI } = process.env;
  if (PULUMI !== undefined && PULUMI !== "") return PULUMI;
  return isExecutable(BUILT) ? BUILT : onPath("pulumi");
}

async function find(): Promise<string> {
  const there = pulumiThatIsThere();
  if (there !== undefined) return there;
  if (onPath("go") === undefined) {
    throw new Error("there is no Pulumi CLI: install it (PATH, or PULUMI=<file>), or install Go, by which it is built");
  }
  await build();
  return BUILT;
}

async function build(): Promise<void> {
  console.error("building Pulumi's CLI from its Go module: some minutes, once …");
  mkdirSync(WORKSHOP, { recursive: true });
  const args = ["build", "-buildvcs=false", "-o", BUILT, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"];
  const child = spawn("go", args, { cwd: join(__dirname, "pulumi"), stdio: ["ignore", "inherit", "inherit"] });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`go ${args.join(" ")} failed; its own words are above`);
}

/** `3.259.0`; what was built from a module does not know its version, and has that of go.mod. */
export async function pulumiVersion(): Promise<string> {
  const { stdout } = await promisify(execFile)(await findPulumi(), ["version"]);
  const told = stdout.trim().replace(/^v/, "");
  if (told !== "") return told;
  const { stdout: module } = await promisify(execFile)("go", ["list", "-m", "github.com/pulumi/pulumi/pkg/v3"], {
    cwd: join(__dirname, "pulumi"),
  });
  return module.trim().replace(/^.* v/, "");
}

function onPath(name: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
