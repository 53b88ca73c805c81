import { readFile, writeFile } from "node:fs/promises";
import { parse } from "yaml";

import { StackConfigFile } from "../../engine/project/stack-config";
import { makeSshKey } from "../../lab/ssh-key";
import { messageOf } from "../../engine/errors";
import { type Environment, parseEnvironment, sectionsOf } from "../../stacks/environment";
import { type NewHost, newHosts } from "../../stacks/new-environment/hosts";
import { type Answers, PLATFORM_NAMES, QUESTIONS, isAsked, listOf } from "../../stacks/new-environment/questions";
import { renderEnvironment } from "../../stacks/new-environment/render";
import { formatPath } from "../../stacks/problems";
import { databaseServer, needsBroker, sectionSecrets } from "../../stacks/section";
import { CliError } from "../errors";
import type { GlobalFlags } from "../program";
import { ask } from "../prompt";
import { Session } from "../session";

/** Of an environment, and so of its file and its stack. */
const NAME = /^[a-z][a-z0-9-]{0,29}$/;
const SSH_KEY = "sshPrivateKey";

/** `env new <name>`: the file of an environment that is valid, with the secrets that are ours to make. */
export async function newEnvironment(name: string, flags: GlobalFlags): Promise<void> {
  if (!NAME.test(name)) {
    throw new CliError("usage", `"${name}" is no name for an environment: use small letters, digits and hyphens`);
  }
  const session = await Session.open({ ...flags, stack: name });
  const { config, workspace } = session;
  if (config.keys().length > 0) {
    throw new CliError("usage", `${config.path} is there already: edit it, or give the new environment another name`);
  }
  const answers: Answers = { ...(await answered({ ...flags }, workspace.interactive)), name };
  const hosts = await hostsOf(answers);
  const key = `${workspace.project.name}:environment`;
  const text = renderEnvironment(name, key, answers, hosts);
  const environment = judged(text, key);
  const given = answers["ssh-key"] ?? "";
  const made = given === "" ? makeSshKey() : undefined;
  const privateKey = made?.privateKey ?? (await read(given, "ssh-key"));

  // What can still go wrong, such as a passphrase that is not there, does so before a file is left behind.
  const crypter = await session.crypter();
  await writeFile(config.path, text, { flag: "wx" });
  const written = await StackConfigFile.load(workspace.project, name);
  if (config.salt !== undefined) written.setSalt(config.salt);
  written.setSecret(SSH_KEY, privateKey, crypter);
  await written.save();
  process.stdout.write(report(name, config.path, environment, made?.publicKey));
}

/** By flag; what no flag says is asked for where somebody can answer. */
async function answered(flags: Readonly<Record<string, unknown>>, interactive: boolean): Promise<Answers> {
  const answers: Record<string, string> = {};
  for (const question of QUESTIONS) {
    const { flag, asks, fallback } = question;
    if (!isAsked(question, answers)) continue;
    const given = flags[camelCase(flag)];
    const standIn = fallback?.(answers);
    if (typeof given === "string") answers[flag] = given;
    else if (interactive) answers[flag] = await asked(asks, standIn);
    else if (standIn !== undefined) answers[flag] = standIn;
    else throw new CliError("usage", `--${flag} is missing (${asks}), and nobody can be asked here`);
    if (flag === "platforms") requirePlatforms(answers[flag] ?? "");
  }
  return answers;
}

async function asked(question: string, standIn: string | undefined): Promise<string> {
  for (;;) {
    const answer = await ask(standIn === undefined || standIn === "" ? `${question}: ` : `${question} [${standIn}]: `);
    if (answer !== "") return answer;
    if (standIn !== undefined) return standIn;
  }
}

function requirePlatforms(answer: string): void {
  const wanted = listOf(answer);
  const unknown = wanted.find((each) => !PLATFORM_NAMES.some((name) => name === each));
  if (wanted.length > 0 && unknown === undefined) return;
  const what = unknown === undefined ? "names none" : `"${unknown}" is none`;
  throw new CliError("usage", `--platforms: ${what}; there are ${PLATFORM_NAMES.join(", ")}`);
}

async function hostsOf(answers: Answers): Promise<readonly NewHost[]> {
  const file = answers["known-hosts"] ?? "";
  const knownHosts = await read(file, "known-hosts");
  try {
    return newHosts(answers["hosts"] ?? "", knownHosts, file);
  } catch (error) {
    throw new CliError("usage", messageOf(error));
  }
}

/** The environment of the text. What is wrong with it, an answer has brought in. */
function judged(text: string, key: string): Environment {
  const { config } = parse(text) as { config: Record<string, unknown> };
  const parsed = parseEnvironment(config[key]);
  if (parsed.kind === "valid") return parsed.environment;
  const problems = parsed.problems.map(({ path, reason }) => `${formatPath(key, path)}: ${reason}`);
  throw new CliError("usage", `nothing was written, as the answers make no valid environment:\n${problems.join("\n")}`);
}

function report(name: string, path: string, environment: Environment, publicKey: string | undefined): string {
  const sections = sectionsOf(environment);
  const toSet = [
    ...(needsBroker(sections) ? ["groundwork config set --secret brokerAdminPassword"] : []),
    ...(databaseServer(sections) === undefined ? [] : ["groundwork config set --secret databaseAdminPassword"]),
    ...sectionSecrets(sections).map(({ key, remedy }) => remedy ?? `groundwork config set --secret ${key}`),
  ];
  const key =
    publicKey === undefined
      ? ""
      : `Made a key to log in to its hosts with, encrypted there. Add to ${environment.operators?.ssh.user}'s authorized_keys on each:\n  ${publicKey} groundwork-${name}\n`;
  const commands = ["stack init", ...toSet.map((each) => each.replace("groundwork ", "")), "preview"];
  const next = commands.map(
    (each) => `  groundwork ${each.startsWith("stack init") ? `stack init ${name}` : `${each} --stack ${name}`}\n`,
  );
  return `Wrote ${path}.\n${key}Next:\n${next.join("")}`;
}

async function read(path: string, flag: string): Promise<string> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new CliError("usage", `${path} cannot be read (${error.code ?? error.message}); correct --${flag}`);
  });
}

/** As the command line's parser names a flag. */
function camelCase(flag: string): string {
  return flag.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
