import { readFile, stat } from "node:fs/promises";
import { extname } from "node:path";
import { parseDocument } from "yaml";
import type { StackConfig } from "../operation";
import { writeDurably } from "../state/durable-file";
import type { Crypter } from "../state/passphrase";
import type { ConfigPath } from "./config-path";
import { parseConfigPath, typedValue } from "./config-path";
import { isObject } from "../state/property-codec";
import { qualifyKey } from "./config-schema";
import type { ConfigValue } from "./config-values";
import { asText, containsSecure, inClear, isSecure, judgeValue, validateConfigFile } from "./config-values";
import { ProjectError } from "./errors";
import type { Project } from "./project";
import { parseYaml, stackConfigPath } from "./project";
import { removeFromYaml, setInYaml } from "./yaml-text";
import type { YamlPath } from "./yaml-text";

export interface KeyOptions {
  /** The key is a path into a structured value: `outer.inner[0]`. */
  readonly path?: boolean;
}

/** `Pulumi.<stack>.yaml`, read and edited so that all that is not set stays as it is written. A missing file is an empty one. */
export class StackConfigFile {
  readonly #project: Project;
  #text: string;
  #content: Record<string, unknown>;

  private constructor(
    /** Absolute. */
    readonly path: string,
    readonly stack: string,
    project: Project,
    text: string,
  ) {
    this.#project = project;
    this.#text = text;
    this.#content = contentOf(text);
  }

  static async load(
    project: Project,
    stack: string,
    options: { readonly configFile?: string } = {},
  ): Promise<StackConfigFile> {
    const path = stackConfigPath(project, stack, options.configFile);
    const content = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" && options.configFile === undefined) return "";
      const reason = error.code === "ENOENT" ? "does not exist" : `cannot be read (${error.code ?? error.message})`;
      throw new ProjectError(`${path} ${reason}; correct the path after --config-file`, { cause: error });
    });
    validateConfigFile(parseYaml(content, path), path);
    return new StackConfigFile(path, stack, project, content);
  }

  /** `encryptionsalt`, under which the secrets of file and state are encrypted. */
  get salt(): string | undefined {
    const salt = this.#content["encryptionsalt"];
    return typeof salt === "string" ? salt : undefined;
  }

  setSalt(salt: string): void {
    this.#edit(setInYaml(this.#text, ["encryptionsalt"], salt));
  }

  /** Encrypts every secret anew, under another salt. */
  moveSecrets(from: Crypter, to: Crypter, salt: string): void {
    for (const [path, secret] of secretsIn(this.#content)) {
      this.#edit(setInYaml(this.#text, [...path, "secure"], to.encrypt(from.decrypt(secret))));
    }
    this.setSalt(salt);
  }

  hasSecrets(): boolean {
    return this.#entries().some(([, value]) => containsSecure(value));
  }

  /** The keys that the file sets, qualified, in its order. */
  keys(): string[] {
    return this.#entries().map(([key]) => key);
  }

  /** `crypter` is called for only when the value is secret. */
  async get(key: string, crypter: () => Promise<Crypter>, options?: KeyOptions): Promise<ConfigValue | undefined> {
    const value = this.#plain(this.#locate(key, options));
    if (value === undefined) return undefined;
    return inClear(value, containsSecure(value) ? await crypter() : undefined, `${this.path}: ${key}`);
  }

  set(key: string, value: string, options?: KeyOptions): void {
    const place = this.#locate(key, options);
    this.#put(place, place.length > 1 ? typedValue(value) : value);
  }

  setSecret(key: string, value: string, crypter: Crypter, options?: KeyOptions): void {
    this.#put(this.#locate(key, options), { secure: crypter.encrypt(value) });
  }

  /** False when the key was not set. */
  rm(key: string, options?: KeyOptions): boolean {
    const text = removeFromYaml(this.#text, ["config", ...this.#locate(key, options)]);
    if (text !== undefined) this.#edit(text);
    return text !== undefined;
  }

  async save(): Promise<void> {
    const json = extname(this.path) === ".json";
    const text = json ? `${JSON.stringify(this.#content, undefined, 4)}\n` : this.#text;
    // A tracked file that a team shares: its mode stays as it is.
    const mode = (await stat(this.path).catch(() => undefined))?.mode ?? 0o644;
    await writeDurably(this.path, text, mode & 0o777);
  }

  /** As the history of updates holds it: by qualified key, secrets encrypted. */
  forHistory(): Record<string, unknown> {
    return Object.fromEntries(this.#entries());
  }

  /** What the program gets, the project's defaults included; checked against the project's schema. */
  async toStackConfig(crypter: () => Promise<Crypter>): Promise<StackConfig> {
    const open = this.hasSecrets() ? await crypter() : undefined;
    const values = new Map<string, string>();
    const secretKeys = new Set<string>();
    const set = (key: string, { value, secret }: ConfigValue): void => {
      values.set(key, value);
      if (secret) secretKeys.add(key);
    };
    for (const [key, raw] of this.#entries()) {
      const value = inClear(raw, open, `${this.path}: ${key}`);
      const declaration = this.#project.config.get(key);
      const fault = declaration && judgeValue(declaration, raw, value);
      if (fault !== undefined) throw new ProjectError(`${this.path}: ${fault}; ${this.#project.file} declares it`);
      set(key, value);
    }
    const known = this.#project.config;
    for (const { key, default: fallback, secret } of known.values()) {
      if (values.has(key)) continue;
      if (fallback !== undefined) set(key, { value: asText(fallback), secret });
      else if (key.startsWith(`${this.#project.name}:`)) {
        const strangers = this.keys().filter((each) => each.startsWith(`${this.#project.name}:`) && !known.has(each));
        const hint =
          strangers.length === 0 ? "" : ` (it sets ${strangers.join(", ")}, which this project does not know)`;
        throw new ProjectError(`${this.path}: ${key} is missing${hint}; set it with \`groundwork config set ${key}\``);
      }
    }
    return { values, secretKeys };
  }

  #entries(): [string, unknown][] {
    const { config } = this.#content;
    return isObject(config) ? Object.entries(config) : [];
  }

  #edit(text: string): void {
    this.#text = text;
    this.#content = contentOf(text);
  }

  #locate(key: string, options: KeyOptions | undefined): ConfigPath {
    if (options?.path !== true) return [qualifyKey(key, this.#project.name)];
    const [first, ...rest] = parseConfigPath(key);
    return [qualifyKey(String(first), this.#project.name), ...rest];
  }

  #plain(place: ConfigPath): unknown {
    let value: unknown = Object.fromEntries(this.#entries());
    for (const step of place) {
      if (typeof step === "number" ? !Array.isArray(value) : !isObject(value)) return undefined;
      value = Object.entries(value as object).find(([name]) => name === String(step))?.[1];
    }
    return value;
  }

  /** Makes what is missing on the way; refuses to go through a value that is not of that kind. */
  #put(place: ConfigPath, value: unknown): void {
    for (let depth = 0; depth < place.length; depth++) {
      const here = depth === 0 ? {} : this.#plain(place.slice(0, depth));
      const step = place[depth];
      const where = `${this.path}: ${place.slice(0, depth).join(".") || "config"}`;
      if (typeof step === "number") {
        if (here !== undefined && !Array.isArray(here)) throw new ProjectError(`${where} is not a list`);
        if (step > (here?.length ?? 0))
          throw new ProjectError(`${where} has no index ${step}; the next one is ${here?.length ?? 0}`);
      } else if (here !== undefined && (!isObject(here) || isSecure(here))) {
        throw new ProjectError(`${where} is not a map`);
      }
    }
    this.#edit(setInYaml(this.#text, ["config", ...place], value));
  }
}

function contentOf(text: string): Record<string, unknown> {
  const content: unknown = parseDocument(text).toJS();
  return isObject(content) ? content : {};
}

/** The ciphertexts with the paths of the maps that hold them. */
function secretsIn(value: unknown, path: YamlPath = []): (readonly [YamlPath, string])[] {
  if (isSecure(value)) return [[path, value.secure]];
  if (Array.isArray(value)) return value.flatMap((member, index) => secretsIn(member, [...path, index]));
  return isObject(value) ? Object.entries(value).flatMap(([key, member]) => secretsIn(member, [...path, key])) : [];
}
