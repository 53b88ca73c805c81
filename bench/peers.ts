import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { messageOf } from "../engine/errors";
import { measureCommand, type Invocation, type Usage } from "./measure";
import { type BenchStack } from "./stack";

export interface PeerResult {
  readonly name: string;
  readonly up?: Usage;
  readonly unchanged?: Usage;
  /** Why there are no figures. */
  readonly skipped: string;
}

interface Peer {
  readonly name: string;
  readonly command: string;
  readonly needs: string;
  /** What it is to be run as: the same twice, since the second time nothing is left to do. */
  readonly up: (stack: BenchStack) => readonly string[];
  readonly prepare?: (stack: BenchStack) => void;
  readonly cleanUp?: (stack: BenchStack) => void;
}

const pulumi = (stack: BenchStack, ...args: readonly string[]): void =>
  void execFileSync("pulumi", args, { cwd: stack.folder, env: pulumiEnv(stack), stdio: "pipe" });

const pulumiEnv = ({ env, folder }: BenchStack): NodeJS.ProcessEnv => ({
  ...env,
  PULUMI_BACKEND_URL: `file://${folder}/pulumi-state`,
  PULUMI_SKIP_UPDATE_CHECK: "true",
});

const PEERS: readonly Peer[] = [
  {
    name: "Pulumi's CLI",
    command: "pulumi",
    needs: "with the plugins of tls and rabbitmq",
    prepare: (stack) => {
      execFileSync("mkdir", ["-p", join(stack.folder, "pulumi-state")]);
      pulumi(stack, "stack", "init", "bench");
    },
    up: () => ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", "bench"],
    cleanUp: (stack) => pulumi(stack, "destroy", "--yes", "--skip-preview", "--non-interactive", "--stack", "bench"),
  },
  {
    name: "Ansible",
    command: "ansible-playbook",
    needs: "and openssl",
    up: () => ["-i", "localhost,", join(__dirname, "peers/playbook.yml")],
    cleanUp: removeVhost,
  },
  {
    name: "pyinfra",
    command: "pyinfra",
    needs: "and openssl and curl",
    up: () => ["--yes", "@local", join(__dirname, "peers/deploy.py")],
    cleanUp: removeVhost,
  },
];

/** What makes the same objects without this project, where it is installed. */
export async function runPeers(make: () => BenchStack): Promise<PeerResult[]> {
  const results: PeerResult[] = [];
  for (const peer of PEERS) results.push(await runPeer(peer, make()));
  return results;
}

async function runPeer({ name, command, needs, prepare, up, cleanUp }: Peer, stack: BenchStack): Promise<PeerResult> {
  try {
    if (!isOnPath(command)) return { name, skipped: `no ${command} on PATH (${needs})` };
    prepare?.(stack);
    const env = { ...pulumiEnv(stack), GROUNDWORK_BENCH_FOLDER: stack.folder };
    const invocation: Invocation = { command, args: up(stack), env, cwd: stack.folder };
    const took = { up: await measureCommand(invocation), unchanged: await measureCommand(invocation) };
    cleanUp?.(stack);
    return { name, ...took, skipped: "" };
  } catch (error) {
    return { name, skipped: messageOf(error).trim().split("\n").at(-1) ?? "" };
  } finally {
    stack.remove();
  }
}

function isOnPath(command: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, command)));
}

/** What is in it goes with it; the users are removed by name. */
function removeVhost({ broker, nodes }: BenchStack): void {
  const login = `${broker.username}:${broker.password}`;
  const names = Array.from({ length: nodes }, (_, i) => `users/bench-${i}`);
  const request = `next\nrequest = DELETE\nfail\nsilent\nuser = "${login}"\nurl = `;
  const requests = ["vhosts/bench", ...names].map((path) => `${request}"${broker.endpoint}/api/${path}"\n`);
  execFileSync("curl", ["--config", "-"], { input: requests.join("").replace(/^next\n/, ""), stdio: "pipe" });
}
