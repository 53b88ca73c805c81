import type { Crypter } from "../state/passphrase";
import { PassphraseError } from "../state/errors";
import type { ConfigDeclaration } from "./config-schema";
import { isObject } from "../state/property-codec";
import { matchesType, typeName } from "./config-schema";
import { ProjectError } from "./errors";

/** The values of a stack's configuration file: texts, `{secure: <ciphertext>}`, and structures of these. */

/** One value in clear. */
export interface ConfigValue {
  /** Text; structured values are JSON. */
  readonly value: string;
  readonly secret: boolean;
}

/** Keys at the top of the file that ask for what only Pulumi's own CLI does. */
const UNSUPPORTED = ["environment", "encryptedkey"] as const;

/** Refuses a file that is not a stack's configuration, or one that asks for what this engine does not do. */
export function validateConfigFile(content: unknown, path: string): void {
  if (content === undefined || content === null) return;
  if (!isObject(content)) throw new ProjectError(`${path}: the configuration is not a map`);
  for (const key of UNSUPPORTED) {
    if (content[key])
      throw new ProjectError(`${path}: ${key} is not supported by the embedded engine; use Pulumi's own CLI`);
  }
  const provider = content["secretsprovider"] ?? "passphrase";
  if (provider !== "passphrase" && provider !== "default") {
    throw new ProjectError(
      `${path}: secretsprovider is ${JSON.stringify(provider)}, the embedded engine encrypts by passphrase only; ` +
        "change it with `pulumi stack change-secrets-provider passphrase`",
    );
  }
  const config = content["config"] ?? {};
  if (!isObject(config)) throw new ProjectError(`${path}: config is not a map`);
  for (const key of Object.keys(config)) {
    if (!key.includes(":")) throw new ProjectError(`${path}: the key ${key} has no namespace; write <project>:${key}`);
  }
}

export function isSecure(value: unknown): value is { readonly secure: string } {
  return isObject(value) && typeof value["secure"] === "string" && Object.keys(value).length === 1;
}

export function containsSecure(value: unknown): boolean {
  if (isSecure(value)) return true;
  if (Array.isArray(value)) return value.some(containsSecure);
  return isObject(value) && Object.values(value).some(containsSecure);
}

/** `where` names file and key in errors. The crypter is needed only where the value contains a secret. */
export function inClear(value: unknown, crypter: Crypter | undefined, where: string): ConfigValue {
  const secret = containsSecure(value);
  try {
    return { value: asText(secret ? decryptAll(value, crypter) : value), secret };
  } catch (error) {
    if (!(error instanceof PassphraseError)) throw error;
    throw new PassphraseError(`${where} cannot be decrypted: ${error.message}`, { cause: error });
  }
}

/** A value as the program gets it. Maps have sorted keys, as Go writes them. */
export function asText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(sortKeys(value)) : String(value);
}

function decryptAll(value: unknown, crypter: Crypter | undefined): unknown {
  if (isSecure(value)) {
    if (!crypter) throw new PassphraseError("no passphrase is at hand");
    return crypter.decrypt(value.secure);
  }
  if (Array.isArray(value)) return value.map((member) => decryptAll(member, crypter));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, decryptAll(member, crypter)]));
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isObject(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sortKeys(value[key])]));
}

/**
 * Judges one value that the stack's file sets, as Pulumi does: a key that is declared secret must be encrypted, and the
 * value must be of the declared type. Returns what is wrong.
 */
export function judgeValue(declaration: ConfigDeclaration, raw: unknown, value: ConfigValue): string | undefined {
  const { key, type, secret } = declaration;
  if (secret && !value.secret) return `${key} must be secret; set it with \`groundwork config set --secret ${key}\``;
  if (type === undefined) return undefined;
  const structured = typeof raw === "object" && raw !== null && !isSecure(raw);
  const content: unknown = structured ? JSON.parse(value.value) : isSecure(raw) ? value.value : raw;
  return matchesType(content, type) ? undefined : `${key} is not of the type ${typeName(type)}`;
}
