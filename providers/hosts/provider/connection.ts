import { createHash } from "node:crypto";
import { getSystemErrorMap } from "node:util";
import { Client, type ClientChannel, type ConnectConfig } from "ssh2";

export interface Host {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Type and base64. */
  readonly hostKey: string;
}

export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Names the host and the cause. `sent` tells whether the host may have done something. */
export class HostError extends Error {
  constructor(
    message: string,
    readonly sent: boolean,
  ) {
    super(message);
    this.name = "HostError";
  }
}

const CONNECT_LIMIT = 20_000;
const KEEPALIVE = { keepaliveInterval: 15_000, keepaliveCountMax: 4 };
/** How long a connection waits for more work before it is closed. */
const IDLE_LIMIT = 10_000;
/** Below sshd's default MaxSessions of 10. */
const MAX_SESSIONS = 8;
/** For a script without a limit of its own, in seconds. */
const RUN_LIMIT = 30 * 60;
/** The exit code of `timeout` for what it ended. */
const OUT_OF_TIME = 124;

function placeOf({ name, user, address, port }: Host): string {
  return `Host ${name} (${user}@${address}:${port})`;
}

function fingerprint(key: Buffer): string {
  return `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
}

/** The algorithms by which a server proves that it has a key of the pinned type. */
function algorithmsOf(keyType: string): ConnectConfig["algorithms"] {
  const names = keyType === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256"] : [keyType];
  return { serverHostKey: names as never };
}

function explain(host: Host, error: NodeJS.ErrnoException & { level?: string }, presented: Buffer | undefined): string {
  const where = placeOf(host);
  const [type = "", base64 = ""] = host.hostKey.split(" ");
  const pinned = Buffer.from(base64, "base64");
  if (presented !== undefined && !presented.equals(pinned)) {
    return (
      `${where} presents another host key than the pinned one: ${fingerprint(presented)} instead of ${fingerprint(pinned)}. ` +
      `If the host was reinstalled, compare with \`ssh-keygen -lf\` on its console and set hostKey to the new key; otherwise someone may be in between.`
    );
  }
  if (/no matching host key/i.test(error.message)) {
    return `${where} has no host key of the pinned type ${type}: set hostKey to a key that \`ssh-keyscan\` prints for it.`;
  }
  if (error.level === "client-authentication") {
    return `${where} refused the login as ${host.user}: check the provider's privateKey (or the SSH agent) and the host's authorized_keys.`;
  }
  const known = getSystemErrorMap().get(error.errno ?? 0);
  const cause =
    error.level === "client-timeout" ? "it did not answer in time" : (known?.[1] ?? (error.message || error.code));
  return `${where} is unreachable: ${cause}. Check that it is up and that address and port are right.`;
}

function connect(host: Host, credentials: Pick<ConnectConfig, "privateKey" | "agent">): Promise<Client> {
  return new Promise((resolve, reject) => {
    const client = new Client();
    let presented: Buffer | undefined;
    const [type = "", pinned = ""] = host.hostKey.split(" ");
    client.once("ready", () => resolve(client));
    // Stays for the connection's life: what fails later is told by whoever is running something on it.
    client.on("error", (error) => reject(new HostError(explain(host, error, presented), false)));
    client.once("close", () =>
      reject(new HostError(explain(host, new Error("it closed the connection"), presented), false)),
    );
    client.connect({
      ...{ host: host.address, port: host.port, username: host.user, readyTimeout: CONNECT_LIMIT },
      ...KEEPALIVE,
      ...credentials,
      algorithms: algorithmsOf(type),
      hostVerifier: (key: Buffer) => {
        presented = key;
        return key.toString("base64") === pinned;
      },
    });
  });
}

function execute(client: Client, host: Host, script: string, limit: number): Promise<Answer> {
  const where = placeOf(host);
  // Ended by the host itself, that a script which hangs does not keep its lock: sshd refuses to signal for a client.
  const command = `${host.user === "root" ? "" : "sudo -n "}timeout -k 10 ${limit} /bin/sh`;
  return new Promise((resolve, reject) => {
    const lost = () =>
      reject(new HostError(`${where} broke off the connection while a script ran there: run up again.`, true));
    client.once("close", lost);
    client.exec(command, (error: Error | undefined, channel: ClientChannel) => {
      if (error !== undefined) {
        client.off("close", lost);
        return reject(new HostError(`${where} refused to start a shell: ${error.message}. Run up again.`, false));
      }
      const output = { stdout: "", stderr: "" };
      channel.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
      channel.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
      channel.on("error", lost);
      channel.on("close", (code: number | null | undefined) => {
        client.off("close", lost);
        if (code === OUT_OF_TIME) {
          reject(new HostError(`${where} ended a script after ${limit} s: look there, or raise customTimeouts.`, true));
        } else if (typeof code === "number") resolve({ code, ...output });
        else lost();
      });
      channel.end(script);
    });
  });
}

/** As many at once as there are slots, the others in order of arrival. */
class Slots {
  readonly #waiting: (() => void)[] = [];

  constructor(private free: number) {}

  get taken(): boolean {
    return this.free === 0;
  }

  get wanted(): boolean {
    return this.#waiting.length > 0;
  }

  async take(): Promise<void> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  give(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.free++;
    else next();
  }
}

interface Pooled {
  readonly client: Promise<Client>;
  readonly sessions: Slots;
  users: number;
  idleTimer?: NodeJS.Timeout;
}

export interface ConnectionOptions {
  /** OpenSSH or PEM, unencrypted; the agent of SSH_AUTH_SOCK where it is absent. */
  readonly privateKey?: string;
  readonly maxConnections: number;
}

/** One connection a host, shared by all that is done there, and closed when it is idle or another host waits. */
export class Connections {
  readonly #pool = new Map<string, Pooled>();
  readonly #slots: Slots;
  readonly #credentials: Pick<ConnectConfig, "privateKey" | "agent">;

  constructor({ privateKey, maxConnections }: ConnectionOptions) {
    this.#slots = new Slots(maxConnections);
    this.#credentials = privateKey === undefined ? { agent: process.env["SSH_AUTH_SOCK"] } : { privateKey };
  }

  /**
   * Runs a script with `/bin/sh`, by `sudo` for a user other than root. It travels on standard input.
   * @throws HostError when the host cannot be reached, or when nobody knows how the script ended
   */
  async run(host: Host, script: string, timeoutSeconds = RUN_LIMIT): Promise<Answer> {
    const key = JSON.stringify(host);
    const pooled = this.#pool.get(key) ?? this.#open(key, host);
    pooled.users++;
    clearTimeout(pooled.idleTimer);
    try {
      const client = await pooled.client;
      await pooled.sessions.take();
      try {
        return await execute(client, host, script, timeoutSeconds);
      } finally {
        pooled.sessions.give();
      }
    } finally {
      pooled.users--;
      const limit = this.#slots.wanted ? 0 : IDLE_LIMIT;
      if (pooled.users === 0) pooled.idleTimer = setTimeout(() => this.#drop(key, pooled), limit).unref();
    }
  }

  /** Closes those that nobody uses: the library's keep-alive would keep this process. */
  rest(): void {
    for (const [key, pooled] of this.#pool) if (pooled.users === 0) this.#drop(key, pooled);
  }

  close(): void {
    for (const [key, pooled] of this.#pool) this.#drop(key, pooled);
  }

  #open(key: string, host: Host): Pooled {
    const idle = [...this.#pool].find(([, { users }]) => users === 0);
    if (this.#slots.taken && idle !== undefined) this.#drop(...idle);
    const client = this.#slots.take().then(() => connect(host, this.#credentials));
    const pooled: Pooled = { client, sessions: new Slots(MAX_SESSIONS), users: 0 };
    this.#pool.set(key, pooled);
    const ended = () => {
      this.#drop(key, pooled);
      this.#slots.give();
    };
    client.then((connected) => connected.once("close", ended), ended);
    return pooled;
  }

  #drop(key: string, pooled: Pooled): void {
    if (this.#pool.get(key) === pooled) this.#pool.delete(key);
    clearTimeout(pooled.idleTimer);
    pooled.client.then(
      (client) => client.end(),
      () => undefined,
    );
  }
}
