import { createHash } from "node:crypto";
import * as path from "node:path";
import Table from "cli-table3";
import { Command } from "commander";

import {
  DEV_LAB,
  type HostStatus,
  labDirectory,
  labDown,
  labExec,
  labReset,
  labStatus,
  labUp,
  readLabFacts,
} from "../../lab";

interface LabFlags {
  readonly name: string;
  readonly directory?: string;
  readonly subnet?: string;
}

/** `groundwork lab up | down | status | exec | reset`: the real servers that the dev environment and the tests run on. */
export function labCommand(): Command {
  const lab = new Command("lab").description("Run RabbitMQ, PostgreSQL and SSH hosts on this machine");
  subcommand(lab, "up", "Bring the lab up; what runs already is left alone")
    .option("--subnet <numbers>", "first three numbers of its addresses, 127.x.y")
    .action(up);
  subcommand(lab, "down", "Stop every process of the lab and keep its state").action(down);
  subcommand(lab, "status", "Show the lab's hosts and servers").action(status);
  subcommand(lab, "exec", "Run a command on one of its hosts, as root; a shell without one")
    .argument("<host>")
    .argument("[command...]", "after --, as for ssh")
    .action(exec);
  subcommand(lab, "reset", "Take the lab down and delete its state").action(reset);
  return lab;
}

function subcommand(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .option("--name <name>", "which lab", DEV_LAB.name)
    .option("--directory <path>", "where it keeps its state (default: .groundwork/lab/<name> in the project)");
}

async function up(flags: LabFlags): Promise<void> {
  const directory = directoryOf(flags);
  const subnet = flags.subnet ?? readLabFacts(directory)?.subnet ?? defaultSubnet(directory);
  const progress = (line: string) => console.log(`  ${line}`);
  const { started } = await labUp({ name: flags.name, directory, subnet, progress });
  console.log(started ? `Lab ${flags.name} is up.` : `Lab ${flags.name} is up already.`);
}

async function down(flags: LabFlags): Promise<void> {
  const hosts = await labDown(directoryOf(flags));
  console.log(hosts > 0 ? `Lab ${flags.name} is down.` : `Lab ${flags.name} was down already.`);
}

async function reset(flags: LabFlags): Promise<void> {
  await labReset(directoryOf(flags));
  console.log(`Lab ${flags.name} is down and its state deleted.`);
}

async function status(flags: LabFlags): Promise<void> {
  const hosts = await labStatus(directoryOf(flags));
  console.log(
    hosts === undefined
      ? `There is no lab ${flags.name}: make it with groundwork lab up --name ${flags.name}.`
      : statusTable(hosts),
  );
}

/** Ends with the command's own exit code. */
async function exec(host: string, words: readonly string[], flags: LabFlags): Promise<void> {
  const code = await labExec(directoryOf(flags), host, words.length === 0 ? undefined : words.join(" "));
  process.exit(code);
}

function statusTable(hosts: readonly HostStatus[]): string {
  const table = new Table({ head: ["Host", "SSH", "", "Server", "At", ""], style: { head: [], border: [] } });
  for (const { name, address, port, up: hostUp, server } of hosts) {
    const serverCells = server === undefined ? ["", "", ""] : [server.name, server.at, upOrDown(server.up)];
    table.push([name, `${address}:${port}`, upOrDown(hostUp), ...serverCells]);
  }
  return table.toString();
}

function upOrDown(isUp: boolean): string {
  return isUp ? "up" : "down";
}

function directoryOf({ name, directory }: LabFlags): string {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) {
    throw new Error(`"${name}" is no name for a lab: use small letters, digits and hyphens.`);
  }
  return directory === undefined ? labDirectory(name) : path.resolve(directory);
}

/** The dev environment names its addresses; any other lab has some of its own that follow from where it is kept. */
function defaultSubnet(directory: string): string {
  if (directory === DEV_LAB.directory) return DEV_LAB.subnet;
  const hash = createHash("sha256").update(directory).digest();
  return `127.${11 + ((hash[0] ?? 0) % 50)}.${hash[1] ?? 0}`;
}
