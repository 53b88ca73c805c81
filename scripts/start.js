"use strict";
const { mkdirSync, writeFileSync } = require("node:fs");
const { randomBytes } = require("node:crypto");
const path = require("node:path");
const { setUp } = require("./setup");
const { runMain } = require("./setup/failure");
const { runAsRoot } = require("./setup/privileges");
const { ROOT, capture, run } = require("./setup/run");
const { summary } = require("./setup/summary");

const STACK = "dev";
const PASSPHRASE_FILE = path.join(ROOT, ".groundwork/passphrase");

/** `npm start`: the dev environment, on servers of this machine, from nothing to running; again: as declared. */
function main() {
  setUp();
  return runAsRoot("start") ?? bringUp();
}

async function bringUp() {
  console.log("Bringing the lab up: RabbitMQ, PostgreSQL and SSH hosts on this machine …");
  const { facts, started } = await labUp();
  if (!started) console.log("  it is up already");
  ensurePassphrase();
  const isNew = ensureStack(facts);
  // Servers that were away may have come back with less than the state says.
  const look = started && !isNew ? ["--refresh"] : [];
  if (!isNew && capture(...groundwork("preview", "--stack", STACK, "--expect-no-changes", ...look)) !== undefined) {
    console.log(`Nothing changes: the environment ${STACK} is declared as the last run made it.`);
  } else {
    console.log(`Bringing the environment ${STACK} up …`);
    const code = run(...groundwork("up", "--stack", STACK, "--yes", ...look));
    if (code !== 0) return code;
  }
  const outputs = JSON.parse(capture(...groundwork("stack", "output", "--stack", STACK, "--json")) ?? "{}");
  console.log(summary(STACK, facts, outputs));
  return 0;
}

function labUp() {
  require("../cli/bin/register.js");
  const lab = require("../lab");
  return lab.labUp({ ...lab.DEV_LAB, progress: (line) => console.log(`  ${line}`) });
}

/** For the secrets in the state of the dev environment, made once. */
function ensurePassphrase() {
  mkdirSync(path.dirname(PASSPHRASE_FILE), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(PASSPHRASE_FILE, randomBytes(24).toString("base64url") + "\n", { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
}

/** Makes the stack unless there is one of this very lab; true when it is new. */
function ensureStack(facts) {
  const state = capture(...groundwork("stack", "export", "--stack", STACK));
  const isOfThisLab = state !== undefined && !describesAnotherLab(state, facts);
  if (isOfThisLab) return false;
  if (state !== undefined) {
    console.log("The lab was reset: what the state describes is gone with it, and the stack is made anew.");
    mustRun("stack", "rm", STACK, "--force", "--yes", "--preserve-config");
  }
  mustRun("stack", "init", STACK, "--no-select");
  return true;
}

/** A host's key is in the state beside all that was placed on it. */
function describesAnotherLab(state, facts) {
  const keys = Object.values(facts.hosts).map(({ hostKey }) => hostKey);
  return state.includes("ssh-ed25519 ") && !keys.some((key) => state.includes(key));
}

function mustRun(...args) {
  const code = run(...groundwork(...args));
  if (code !== 0) throw new Error(`groundwork ${args.join(" ")} failed with exit code ${code}.`);
}

/** The command line as `run` and `capture` take it. */
function groundwork(...args) {
  const env = { ...process.env, PULUMI_CONFIG_PASSPHRASE_FILE: PASSPHRASE_FILE };
  delete env.PULUMI_CONFIG_PASSPHRASE;
  return [process.execPath, [path.join(ROOT, "cli/bin/groundwork.js"), ...args], { cwd: ROOT, env }];
}

void runMain(main);
