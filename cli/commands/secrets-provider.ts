import { readFile } from "node:fs/promises";

import { PassphraseError } from "../../engine/state/errors";
import { passphraseKeyring } from "../../engine/state/passphrase";
import type { Crypter, Keyring } from "../../engine/state/passphrase";
import { CliError } from "../errors";
import type { GlobalFlags } from "../program";
import { askSecret } from "../prompt";
import { Session } from "../session";
import { refuse } from "../unsupported";

const NEW = "PULUMI_CONFIG_PASSPHRASE_NEW";

/**
 * `stack change-secrets-provider passphrase`: encrypts state and configuration under another passphrase. The state is
 * written first, then the configuration, under the stack's lock; each opens with either passphrase here, so a run that
 * was stopped between the two is completed by another with the same two passphrases.
 */
export async function changeSecretsProvider(provider: string | undefined, flags: GlobalFlags): Promise<void> {
  if (provider !== "passphrase") refuse(`the secrets provider ${provider ?? ""}`);
  const session = await Session.openExisting(flags);
  const { config, workspace, stack } = session;
  const next = passphraseKeyring(await newPassphrase(workspace.interactive));
  const salts = [config.salt, await stack.salt()].filter((salt) => salt !== undefined);
  const moved = await findMoved(salts, next, stack.name);
  const target = moved ?? (await next.create(stack.name)).salt;
  const keyring = either(workspace.keyring, next);
  const old = config.salt === undefined ? undefined : await keyring.open(config.salt, stack.name);

  const backend = await workspace.connect(keyring);
  const update = await backend.stack(stack.project, stack.name).beginUpdate("import", target);
  try {
    if (old !== undefined && config.salt !== target) {
      config.moveSecrets(old, await keyring.open(target, stack.name), target);
      await config.save();
    }
  } catch (error) {
    await update.abandon();
    throw error;
  }
  const message = "stack change-secrets-provider passphrase";
  await update.finish({ result: "succeeded", changes: {}, config: config.forHistory(), message });
  process.stdout.write(
    "All secrets of state and configuration are under the new passphrase; set PULUMI_CONFIG_PASSPHRASE to it from now " +
      "on. Backups and history stay under the old one.\n",
  );
}

/** As a process of its own would find it. */
async function newPassphrase(interactive: boolean): Promise<NodeJS.ProcessEnv> {
  const [text, file] = [process.env[NEW], process.env[`${NEW}_FILE`]];
  if (text !== undefined) return { PULUMI_CONFIG_PASSPHRASE: text };
  if (file !== undefined) return { PULUMI_CONFIG_PASSPHRASE: await readPassphrase(file) };
  if (!interactive) throw new CliError("usage", `no new passphrase is set; set ${NEW} or ${NEW}_FILE`);
  const entered = await askSecret("New passphrase: ");
  if ((await askSecret("New passphrase, again: ")) !== entered) throw new CliError("usage", "the two are not the same");
  return { PULUMI_CONFIG_PASSPHRASE: entered };
}

async function readPassphrase(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new CliError("usage", `${NEW}_FILE names ${file}, which cannot be read (${error.code ?? error.message})`);
  });
  return text.trim();
}

/** The salt that an interrupted run has brought state or configuration to. */
async function findMoved(salts: readonly string[], next: Keyring, stack: string): Promise<string | undefined> {
  const opened = await Promise.all(salts.map((salt) => opens(next, salt, stack)));
  if (opened.length > 0 && opened.every(Boolean)) {
    throw new CliError("usage", `stack ${stack}: its secrets are under the new passphrase already`);
  }
  return salts.find((_, index) => opened[index]);
}

async function opens(keyring: Keyring, salt: string, stack: string): Promise<boolean> {
  return keyring.open(salt, stack).then(
    () => true,
    (error: unknown) => {
      if (error instanceof PassphraseError) return false;
      throw error;
    },
  );
}

function either(first: Keyring, second: Keyring): Keyring {
  const open = async (salt: string, stack: string): Promise<Crypter> =>
    first.open(salt, stack).catch((error: unknown) =>
      second.open(salt, stack).catch(() => {
        throw error;
      }),
    );
  return { open, create: (stack) => second.create(stack) };
}
