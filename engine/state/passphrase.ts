import { createCipheriv, createDecipheriv, createHmac, pbkdf2, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { PassphraseError } from "./errors";

/** Encrypts secrets of one stack. Ciphertexts read `v1:<base64 nonce>:<base64 ciphertext and tag>`, as Pulumi's do. */
export interface Crypter {
  encrypt(plaintext: string): string;
  /** Throws a PassphraseError when the ciphertext was made with another key or was altered. */
  decrypt(ciphertext: string): string;
  /** A keyed hash, hexadecimal: equal texts can be recognised, guesses cannot be tried without the passphrase. */
  mac(text: string): string;
}

export interface SaltedCrypter {
  readonly salt: string;
  readonly crypter: Crypter;
}

/** Crypters by salt; each key is derived once a run. */
export interface Keyring {
  /** `salt` is that of `encryptionsalt` or of the state; `stack` names the stack in errors and prompts. */
  open(salt: string, stack: string): Promise<Crypter>;
  /** A new salt for a stack that has none. */
  create(stack: string): Promise<SaltedCrypter>;
}

const ITERATIONS = 1_000_000;
const KEY_BYTES = 32;
const SALT_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** What a salt holds encrypted, so that a wrong passphrase is noticed. */
const CANARY = "pulumi";

const deriveKey = promisify(pbkdf2);

/**
 * A keyring whose passphrase comes from `PULUMI_CONFIG_PASSPHRASE`, the file `PULUMI_CONFIG_PASSPHRASE_FILE`, or `prompt`
 * (absent where nobody can be asked), in this order. An empty passphrase is one.
 */
export function passphraseKeyring(
  environment: Readonly<Record<string, string | undefined>>,
  prompt?: (question: string) => Promise<string>,
): Keyring {
  const passphrases = new Map<string, Promise<string>>();
  const crypters = new Map<string, Promise<Crypter>>();

  function passphrase(stack: string): Promise<string> {
    return remember(passphrases, stack, () => findPassphrase(environment, prompt, stack));
  }

  return {
    open: (salt, stack) =>
      remember(crypters, salt, async () => openSalt(salt, await passphrase(stack), describeSource(environment), stack)),
    create: async (stack) => {
      const salt = randomBytes(SALT_BYTES);
      const crypter = keyCrypter(await stretch(await passphrase(stack), salt));
      const text = `v1:${salt.toString("base64")}:${crypter.encrypt(CANARY)}`;
      crypters.set(text, Promise.resolve(crypter));
      return { salt: text, crypter };
    },
  };
}

/** A crypter over a key of 32 bytes. */
export function keyCrypter(key: Buffer): Crypter {
  const macKey = createHmac("sha256", key).update("groundwork keyed hash v1").digest();
  return {
    encrypt(plaintext) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      const sealed = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()]);
      return `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
    },
    decrypt(ciphertext) {
      const [version, nonce, sealed, ...rest] = ciphertext.split(":");
      if (version !== "v1" || nonce === undefined || sealed === undefined || rest.length > 0) {
        throw new PassphraseError("a ciphertext is not of the form v1:<nonce>:<ciphertext>; restore it from a backup");
      }
      const bytes = Buffer.from(sealed, "base64");
      try {
        const options = { authTagLength: TAG_BYTES };
        const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"), options);
        decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
        return decipher.update(bytes.subarray(0, -TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
      } catch {
        throw new PassphraseError("a ciphertext was altered or was made with another passphrase or salt");
      }
    },
    mac: (text) => createHmac("sha256", macKey).update(text).digest("hex"),
  };
}

/** Runs `make` once a key; a failure is not remembered. */
function remember<T>(memory: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = memory.get(key);
  if (known) return known;
  const made = make();
  memory.set(key, made);
  made.catch(() => memory.delete(key));
  return made;
}

function stretch(passphrase: string, salt: Buffer): Promise<Buffer> {
  return deriveKey(passphrase, salt, ITERATIONS, KEY_BYTES, "sha256");
}

async function openSalt(salt: string, passphrase: string, source: string, stack: string): Promise<Crypter> {
  const [version, bytes, ...canary] = salt.split(":");
  if (version !== "v1" || bytes === undefined || canary.length !== 3) {
    throw new PassphraseError(
      `stack ${stack}: the encryption salt is not of the form v1:<salt>:v1:<nonce>:<ciphertext>; ` +
        "restore encryptionsalt in the stack's configuration file from its state or a backup",
    );
  }
  const crypter = keyCrypter(await stretch(passphrase, Buffer.from(bytes, "base64")));
  try {
    if (crypter.decrypt(canary.join(":")) === CANARY) return crypter;
  } catch {
    // Told below, with what to do.
  }
  throw new PassphraseError(
    `stack ${stack}: the passphrase ${source} is not the one that its secrets are encrypted with; ` +
      "set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE to the right one",
  );
}

function describeSource(environment: Readonly<Record<string, string | undefined>>): string {
  if (environment["PULUMI_CONFIG_PASSPHRASE"] !== undefined) return "in PULUMI_CONFIG_PASSPHRASE";
  const file = environment["PULUMI_CONFIG_PASSPHRASE_FILE"];
  return file ? `in ${file} (PULUMI_CONFIG_PASSPHRASE_FILE)` : "that was entered";
}

async function findPassphrase(
  environment: Readonly<Record<string, string | undefined>>,
  prompt: ((question: string) => Promise<string>) | undefined,
  stack: string,
): Promise<string> {
  const passphrase = environment["PULUMI_CONFIG_PASSPHRASE"];
  if (passphrase !== undefined) return passphrase;
  const file = environment["PULUMI_CONFIG_PASSPHRASE_FILE"];
  if (file) {
    try {
      return (await readFile(resolve(file), "utf8")).trim();
    } catch (error) {
      throw new PassphraseError(
        `stack ${stack}: PULUMI_CONFIG_PASSPHRASE_FILE names ${file}, which cannot be read; correct the path or its rights`,
        { cause: error },
      );
    }
  }
  if (prompt) return prompt(`Passphrase of stack ${stack}`);
  throw new PassphraseError(
    `stack ${stack}: no passphrase is set; set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE`,
  );
}
