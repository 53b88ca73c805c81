import type { ConfigValue } from "../../engine/project/config-values";
import type { KeyOptions } from "../../engine/project/stack-config";
import type { Crypter } from "../../engine/state/passphrase";
import { qualifyKey } from "../../engine/project/config-schema";
import { printJson, table } from "../display/table";
import { CliError } from "../errors";
import { ask, askSecret, readStandardInput } from "../prompt";
import { Session } from "../session";
import type { SessionFlags } from "../session";

interface ListFlags extends SessionFlags {
  readonly json?: boolean;
  readonly showSecrets?: boolean;
}

type KeyFlags = SessionFlags & KeyOptions;

interface SetFlags extends KeyFlags {
  readonly secret?: boolean;
  readonly plaintext?: boolean;
}

/** Names that say that the value should not be read by others. */
const SECRET_NAME = /passw|passphrase|secret|token|private[-_]?key|api[-_]?key/i;

/** Stands in for the real one where secrets are not to be shown: then nobody is asked for a passphrase. */
const HIDING: Crypter = { encrypt: () => "[secret]", decrypt: () => "[secret]", mac: () => "" };

/** `config`: all values. */
export async function list(flags: ListFlags): Promise<void> {
  const session = await Session.open(flags);
  const crypter = (): Promise<Crypter> => (flags.showSecrets === true ? session.crypter() : Promise.resolve(HIDING));
  const entries: [string, ConfigValue][] = [];
  for (const key of session.config.keys()) {
    const value = await session.config.get(key, crypter);
    if (value !== undefined) entries.push([key, value]);
  }
  if (flags.json === true) {
    const shown = entries.map(([key, value]) => [key, jsonEntry(value, flags.showSecrets === true)]);
    printJson(Object.fromEntries(shown));
    return;
  }
  const own = `${session.stack.project}:`;
  const rows = entries.map(([key, { value, secret }]) => [
    key.startsWith(own) ? key.slice(own.length) : key,
    secret && flags.showSecrets !== true ? "[secret]" : value,
  ]);
  process.stdout.write(table([["KEY", "VALUE"], ...rows]));
}

/** `config get <key>` */
export async function get(key: string, flags: KeyFlags & ListFlags): Promise<void> {
  const session = await Session.open(flags);
  const value = await session.config.get(key, () => session.crypter(), flags);
  if (value === undefined) throw missing(key, session);
  if (flags.json === true) printJson(jsonEntry(value, true));
  else process.stdout.write(`${value.value}\n`);
}

/** `config set <key> [value]` */
export async function set(key: string, given: string | undefined, flags: SetFlags): Promise<void> {
  if (flags.secret === true && flags.plaintext === true) {
    throw new CliError("usage", `${key}: --secret and --plaintext exclude each other; leave one of them out`);
  }
  const session = await Session.open(flags);
  if (flags.secret !== true && flags.plaintext !== true && looksSecret(key, session)) {
    throw new CliError(
      "usage",
      `${key} looks like a secret; pass --secret to encrypt it, or --plaintext if everybody may read it`,
    );
  }
  const value = given ?? (await readValue(key, flags.secret === true));
  if (flags.secret === true) session.config.setSecret(key, value, await session.crypter(), flags);
  else session.config.set(key, value, flags);
  await session.config.save();
}

/** `config rm <key>` */
export async function unset(key: string, flags: KeyFlags): Promise<void> {
  const session = await Session.open(flags);
  if (!session.config.rm(key, flags)) throw missing(key, session);
  await session.config.save();
}

function looksSecret(key: string, session: Session): boolean {
  const { project } = session.workspace;
  const [top = key] = key.split(/[.[]/);
  return SECRET_NAME.test(key) || project.config.get(qualifyKey(top, project.name))?.secret === true;
}

function readValue(key: string, secret: boolean): Promise<string> {
  if (!process.stdin.isTTY) return readStandardInput();
  return secret ? askSecret(`${key}: `) : ask(`${key}: `);
}

function missing(key: string, session: Session): CliError {
  return new CliError(
    "no-such-key",
    `configuration key '${key}' is not set for stack '${session.stack.name}'; \`groundwork config\` lists what is`,
  );
}

/** A value as `config --json` and `stack history --json` show it. */
export function jsonEntry({ value, secret }: ConfigValue, showSecrets: boolean): object {
  if (secret && !showSecrets) return { secret };
  const structured = /^[[{]/.test(value);
  return { value, ...(structured && { objectValue: JSON.parse(value) as unknown }), secret };
}
