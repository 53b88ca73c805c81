import { randomBytes, randomInt } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parse, stringify } from "yaml";

import { Host } from "../../../lab/host";
import { startPostgresql } from "../../../lab/postgresql";
import { managementEndpoint, startRabbitmq } from "../../../lab/rabbitmq";
import { makeSshKey } from "../../../lab/ssh-key";
import { labsDirectory, testRun } from "../../support/run";
import { uniqueName } from "../../support/servers";
import { type CliResult, runCli } from "../support/cli";
import type { Surveyed } from "../support/inventory";
import { type StandIn, scaledDown } from "./scaled-down";

const STACKS = path.resolve(__dirname, "../../../stacks");
const PORT = 2222;
/** Hosts of the files that are scaled down. */
const BROKER = "mq1";
const DATABASE = "db1";

/**
 * What an administrator of such a host would call: the lab's own service manager behind systemd's command. Icinga's
 * daemon is left alone; a test of its own runs it.
 */
const SYSTEMCTL = `#!/bin/sh
action=$1
for unit; do :; done
case $action,$unit in
  daemon-reload,*) exit 0 ;;
  *,rabbitmq-server | *,postgresql) ;;
  is-active,* | is-failed,*) exit 3 ;;
  *) exit 0 ;;
esac
case $action in
  is-active) action=status ;;
  is-failed) exit 1 ;;
  reload-or-restart) action=reload ;;
esac
exec /usr/local/lib/groundwork/service "$action" "$unit"
`;

/** A place for the stacks of one organization: a folder for the state, and for whoever signs. */
export interface Headquarters {
  readonly folder: string;
  readonly rootFile: string;
}

export function headquarters(rootPem: string): Headquarters {
  const folder = path.join(labsDirectory(testRun().directory), uniqueName("headquarters"));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const rootFile = path.join(folder, "root.pem");
  writeFileSync(rootFile, rootPem);
  return { folder, rootFile };
}

/** A stack of the headquarters, with a configuration file and a passphrase of its own. */
export class FileStack {
  readonly configFile: string;

  constructor(
    readonly name: string,
    readonly at: Headquarters,
    /** For all that is its own. */
    readonly directory = path.join(labsDirectory(testRun().directory), uniqueName(name)),
    file = `Pulumi.${name}.yaml`,
  ) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(path.join(directory, "passphrase"), `the passphrase of ${name}\n`, { mode: 0o600 });
    this.configFile = path.join(directory, file);
    writeFileSync(this.configFile, this.original);
  }

  /** The file as it is in the repository. */
  get original(): string {
    return readFileSync(path.join(STACKS, `Pulumi.${this.name}.yaml`), "utf8");
  }

  /** Makes the stack. */
  async initialize(): Promise<void> {
    const { code, stderr } = await runCli(["stack", "init", this.name, "--no-select"], this.environment);
    if (code !== 0) throw new Error(`${this.name} cannot be made: ${stderr}`);
  }

  async set(key: string, value: string, ...flags: readonly string[]): Promise<void> {
    const { code, stderr } = await this.cli(["config", "set", key, ...flags], value);
    if (code !== 0) throw new Error(`${this.name}: ${key} cannot be set: ${stderr}`);
  }

  cli(args: readonly string[], input = ""): Promise<CliResult> {
    return runCli([...args, "--stack", this.name, "--config-file", this.configFile], this.environment, input);
  }

  async succeed(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.cli(args);
    if (code !== 0) throw new Error(`${this.name}: ${args.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
    return stdout;
  }

  async outputs<T>(): Promise<T> {
    const args = ["stack", "output", "--stack", this.name, "--json", "--show-secrets"];
    return JSON.parse((await runCli(args, this.environment)).stdout) as T;
  }

  /** Changes the environment in the configuration file. */
  change(edit: (environment: Record<string, unknown>) => void): void {
    const file = parse(readFileSync(this.configFile, "utf8")) as Record<"config", Record<string, never>>;
    edit(file.config["groundwork:environment"] ?? {});
    writeFileSync(this.configFile, stringify(file));
  }

  /** The same stack by the environment of the repository, with the secrets and certificates that it has. */
  asItStands(): FileStack {
    const { config, ...rest } = parse(readFileSync(this.configFile, "utf8")) as Record<string, object>;
    const stands = parse(this.original) as { config: object };
    const other = new FileStack(this.name, this.at, this.directory, "as-it-stands.yaml");
    writeFileSync(other.configFile, stringify({ ...rest, config: { ...config, ...stands.config } }));
    return other;
  }

  private get environment(): NodeJS.ProcessEnv {
    return {
      HOME: this.directory,
      PULUMI_BACKEND_URL: `file://${path.join(this.at.folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE_FILE: path.join(this.directory, "passphrase"),
    };
  }
}

/** A stack scaled down to hosts and servers of its own on this machine. */
export class SiteStack extends FileStack {
  readonly hosts: readonly Host[];
  readonly facts: Surveyed["facts"];
  private readonly sshKey = makeSshKey();

  constructor(name: string, at: Headquarters) {
    super(name, at);
    const subnet = `127.${randomInt(11, 63)}.${randomInt(1, 254)}`;
    const standIns: StandIn[] = [];
    const text = scaledDown(this.original, {
      rootFile: at.rootFile,
      administrator: path.join(this.directory, "administrator"),
      standIn: (host, fqdn) => {
        // Its key is made with it.
        const standIn = { name: host, address: `${subnet}.${standIns.length + 10}`, port: PORT, hostKey: `(${host})` };
        standIns.push({ ...standIn, ...(fqdn === undefined ? {} : { fqdn }) });
        return standIn;
      },
    });
    const peers = standIns.flatMap(({ name: short, fqdn, address }) =>
      [short, ...(fqdn === undefined ? [] : [fqdn])].map((each) => ({ name: each, address })),
    );
    this.hosts = standIns.map(
      ({ name: short, address }) =>
        new Host({
          ...{ name: short, address, port: PORT, peers, authorizedKey: this.sshKey.publicKey },
          directory: path.join(this.directory, "hosts", short),
        }),
    );
    for (const host of this.hosts) host.prepare();
    writeFileSync(
      this.configFile,
      text.replaceAll(/\(([a-z0-9-]+)\)/g, (_, host: string) => this.host(host).hostKey),
    );
    const password = randomBytes(12).toString("hex");
    this.facts = {
      broker: { endpoint: managementEndpoint(this.host(BROKER)), username: "admin", password },
      database: { host: this.host(DATABASE).address, port: 5432, username: "postgres", password: `${password}db` },
    };
  }

  /** Starts hosts and servers, makes the stack, and sets the secrets that its file asks for. */
  async start(): Promise<void> {
    await Promise.all(this.hosts.map((host) => host.start()));
    const { broker, database } = this.facts;
    const place = "cat >/usr/local/bin/systemctl; chmod 755 /usr/local/bin/systemctl";
    await Promise.all([
      startRabbitmq(this.host(BROKER), broker),
      startPostgresql(this.host(DATABASE), { password: database.password, durable: false }),
      ...this.hosts.map((host) => host.run(place, { input: SYSTEMCTL })),
      this.initialize(),
    ]);
    await this.set("sshPrivateKey", this.sshKey.privateKey, "--secret");
    await this.set("brokerAdminPassword", broker.password, "--secret");
    await this.set("databaseAdminPassword", database.password, "--secret");
  }

  host(name: string): Host {
    const found = this.hosts.find((host) => host.name === name);
    if (found === undefined) throw new Error(`${this.name} has no host ${name}.`);
    return found;
  }
}
