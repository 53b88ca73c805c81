import { createHash } from "node:crypto";
import { spawn } from "node:child_process";
import { closeSync, copyFileSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import * as path from "node:path";

import { type CommandResult, runCommand, SIGNALLED } from "./command";
import { endProcess, namespacePids, processesOf } from "./processes";
import { makeSshKey } from "./ssh-key";
import { waitFor } from "./wait";

export interface HostOptions {
  readonly name: string;
  /** In 127.0.0.0/8. */
  readonly address: string;
  /** @default 2222 */
  readonly port?: number;
  /** The host's own folder: its changes to the machine's directories, its key and its log are kept there. */
  readonly directory: string;
  /** Who may log in as root, as a line of `authorized_keys`. */
  readonly authorizedKey: string;
  /** Whom it knows by name. @default itself */
  readonly peers?: readonly { readonly name: string; readonly address: string }[];
}

export interface ExecOptions {
  /** For standard input: the place for a password. */
  readonly input?: string;
  /** In milliseconds. @default 60_000 */
  readonly timeout?: number;
}

const ENVIRONMENT = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/root",
  LANG: "C.UTF-8",
};

const PROGRAMS = ["unshare", "nsenter", "setpriv", "useradd", "sshd"];

/** Fails unless hosts can be made here, with what is needed. */
export function requireHostSupport(): void {
  if (process.platform !== "linux") throw new Error("Lab hosts are made of Linux namespaces: run the lab on Linux.");
  if (process.getuid?.() !== 0) {
    throw new Error("Lab hosts need mount namespaces: run the lab as root (sudo), with CAP_SYS_ADMIN in a container.");
  }
  const folders = ENVIRONMENT.PATH.split(":");
  const missing = PROGRAMS.filter((name) => !folders.some((folder) => existsSync(path.join(folder, name))));
  if (missing.length > 0) {
    throw new Error(
      `Lab hosts need ${missing.join(", ")}: install the packages util-linux, passwd and openssh-server.`,
    );
  }
}

function hostMarker(directory: string): string {
  return `groundwork-host-${createHash("sha256").update(path.resolve(directory)).digest("hex").slice(0, 16)}`;
}

/** Ends every process of the hosts that live in these folders, whoever started them. */
export async function endHosts(directories: readonly string[]): Promise<void> {
  const markers = directories.map(hostMarker);
  await waitFor(
    () => {
      const left = [...processesOf(markers).values()].flat();
      for (const pid of left) endProcess(pid);
      return left.length === 0 ? true : undefined;
    },
    { subject: `The end of the hosts in ${directories.join(", ")}`, limit: 10_000, interval: 20 },
  );
}

/**
 * An SSH host on this machine: a mount, uts, ipc and pid namespace in which the machine's directories are covered by
 * overlays of its own, with sshd as its first process on an address of its own. When that process ends, by whatever
 * cause, the kernel ends the others and drops the mounts.
 */
export class Host {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly directory: string;
  /** Names the host among the machine's processes and mounts. */
  readonly marker: string;
  readonly #options: HostOptions;

  constructor(options: HostOptions) {
    this.#options = options;
    this.name = options.name;
    this.address = options.address;
    this.port = options.port ?? 2222;
    this.directory = path.resolve(options.directory);
    this.marker = hostMarker(this.directory);
  }

  /** The public host key, as `ssh-keyscan` prints it: `ssh-ed25519 AAAA…`. Made with the host's folder. */
  get hostKey(): string {
    return readFileSync(this.#file("ssh_host_ed25519_key.pub"), "utf8").trim();
  }

  /** Every process that runs in the host, and the one that holds its namespaces. */
  processes(): number[] {
    return processesOf([this.marker]).get(this.marker) ?? [];
  }

  /** The host's first process as this machine counts, or `undefined` when the host is down. */
  firstProcess(): number | undefined {
    return this.processes().find((pid) => {
      const pids = namespacePids(pid);
      return pids.length > 1 && pids.at(-1) === 1;
    });
  }

  /** Whether it answers as an SSH server. */
  async alive(): Promise<boolean> {
    // In this order: to look through all processes costs more than to be refused a connection.
    return (await answersAsSsh(this.address, this.port)) && this.firstProcess() !== undefined;
  }

  /** Whether the file system cannot hold its changes, which then end with the host; told by its last start. */
  get forgetful(): boolean {
    return readFileSync(this.#file("host.log"), "utf8").includes("kept in memory only");
  }

  /**
   * Starts the host unless it runs, with what it kept from before.
   *
   * @param options.fresh it was never there: where there are hundreds, a look for each among all processes takes long
   */
  async start({ fresh = false }: { readonly fresh?: boolean } = {}): Promise<void> {
    requireHostSupport();
    if (!fresh) {
      if (await this.alive()) return;
      await this.stop();
    }
    if (await answersAsSsh(this.address, this.port)) {
      throw new Error(`${this.address}:${this.port} is taken: another server answers where host ${this.name} belongs.`);
    }
    this.prepare();
    const log = openSync(this.#file("host.log"), "w", 0o600);
    const { marker, name, address, port } = this;
    const child = spawn(
      "unshare",
      [
        // The script makes the mounts private: unshare cannot where `/` is not a mount point.
        ...["--mount", "--propagation", "unchanged", "--uts", "--ipc", "--pid", "--fork", "--kill-child=KILL"],
        ...["/bin/sh", path.join(__dirname, "host-boot.sh"), marker, name, address, String(port)],
      ],
      { cwd: this.directory, detached: true, stdio: ["ignore", log, log], env: ENVIRONMENT },
    );
    child.unref();
    closeSync(log);
    const explain = () => readFileSync(this.#file("host.log"), "utf8").split("\n").slice(-6).join("\n");
    const subject = `sshd on ${this.name} (${this.address}:${this.port})`;
    const attempt = async () => {
      if (await (fresh ? answersAsSsh(address, port) : this.alive())) return true;
      if (child.exitCode !== null) throw new Error(`${subject} did not start:\n${explain().trim()}`);
      return undefined;
    };
    try {
      await waitFor(attempt, { subject, limit: 60_000, explain });
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Ends every process of the host at once, as pulling the plug does; servers are stopped before by who runs them. */
  async stop(): Promise<void> {
    await endHosts([this.directory]);
  }

  /** Runs a shell command as root inside the host, past SSH. */
  async exec(command: string, options: ExecOptions = {}): Promise<CommandResult> {
    return runCommand("nsenter", this.#entering(["-c", command]), { ...options, env: ENVIRONMENT });
  }

  /** Runs a command, or a shell, on this process's own terminal and gives its exit code. */
  attach(command?: string): Promise<number> {
    const args = this.#entering(command === undefined ? [] : ["-c", command]);
    const env = { ...ENVIRONMENT, TERM: process.env["TERM"] ?? "dumb" };
    return new Promise((resolve, reject) => {
      const child = spawn("nsenter", args, { env, stdio: "inherit" });
      child.on("error", (error) => reject(new Error(`nsenter cannot be run: ${error.message}.`)));
      child.on("close", (code) => resolve(code ?? SIGNALLED));
    });
  }

  /** As `exec`, for a command that has to succeed: gives its output, without the last line break. */
  async run(command: string, options: ExecOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.exec(command, options);
    if (code !== 0) {
      const detail = (stderr.trim() || stdout.trim()).split("\n").slice(-5).join("\n");
      throw new Error(`A command on host ${this.name} failed with exit code ${code}: ${detail}`);
    }
    return stdout.trimEnd();
  }

  /** Forgets all that the host kept. It has to be down. */
  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** The arguments of nsenter that run a shell inside. */
  #entering(shellArguments: readonly string[]): string[] {
    const pid = this.firstProcess();
    if (pid === undefined) throw new Error(`Host ${this.name} is down: start it before running a command on it.`);
    const namespaces = ["--mount", "--uts", "--ipc", "--pid", "--root", "--wd=/"];
    return ["--target", String(pid), ...namespaces, "--", "/bin/sh", ...shellArguments];
  }

  #file(name: string): string {
    return path.join(this.directory, name);
  }

  /** Makes the host's key, once, and what the boot script picks up in its folder; `start` does so by itself. */
  prepare(): void {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    if (!existsSync(this.#file("ssh_host_ed25519_key.pub"))) {
      const { privateKey, publicKey } = makeSshKey();
      writeFileSync(this.#file("ssh_host_ed25519_key"), privateKey, { mode: 0o600 });
      writeFileSync(this.#file("ssh_host_ed25519_key.pub"), `${publicKey}\n`);
    }
    writeFileSync(this.#file("authorized_keys"), this.#options.authorizedKey.trim() + "\n");
    const peers = this.#options.peers ?? [this];
    const lines = peers.map(({ name, address }) => `${address} ${name}`);
    writeFileSync(this.#file("hosts"), ["127.0.0.1 localhost", ...lines, ""].join("\n"));
    copyFileSync(path.join(__dirname, "service.sh"), this.#file("service.sh"));
  }
}

function answersAsSsh(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 2_000 });
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("data", (data) => finish(data.toString("latin1").startsWith("SSH-2.0")));
    socket.once("error", () => finish(false));
    socket.once("timeout", () => finish(false));
    socket.once("close", () => resolve(false));
  });
}
