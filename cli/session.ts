import type { ProgramInfo, StackConfig } from "../engine/operation";
import { StackConfigFile } from "../engine/project/stack-config";
import type { Snapshot, StateChange } from "../engine/resource-state";
import type { Stack } from "../engine/state/backend";
import { StackNotFoundError } from "../engine/state/errors";
import type { Crypter } from "../engine/state/passphrase";
import { PropertyCodec } from "../engine/state/property-codec";
import { CliError } from "./errors";
import type { GlobalFlags } from "./program";
import { Redactor } from "./redact";
import { ORGANIZATION, Workspace } from "./workspace";

export interface SessionFlags extends GlobalFlags {
  readonly configFile?: string;
}

/** One stack of a workspace, with its configuration file. */
export class Session {
  readonly redactor = Redactor.ofEnvironment(process.env);

  private constructor(
    readonly workspace: Workspace,
    readonly stack: Stack,
    readonly config: StackConfigFile,
  ) {}

  /** Opens the stack that the flags choose; whether it exists is not asked. */
  static async open(flags: SessionFlags): Promise<Session> {
    const workspace = await Workspace.open(flags);
    const name = await workspace.stackName(flags.stack);
    const { configFile } = flags;
    const config = await StackConfigFile.load(workspace.project, name, configFile === undefined ? {} : { configFile });
    return new Session(workspace, workspace.backend.stack(workspace.project.name, name), config);
  }

  static async openExisting(flags: SessionFlags): Promise<Session> {
    const session = await Session.open(flags);
    await session.requireStack();
    return session;
  }

  get program(): ProgramInfo {
    const { project } = this.workspace;
    const { name, root, directory } = project;
    return {
      ...{ project: name, organization: ORGANIZATION, stack: this.stack.name, root, directory },
      // Whoever runs no program needs none to be there.
      get entry() {
        return project.entry;
      },
    };
  }

  async requireStack(): Promise<void> {
    if (await this.stack.exists()) return;
    const { name } = this.stack;
    throw new StackNotFoundError(`no stack named '${name}' found; make it with \`groundwork stack init ${name}\``);
  }

  /** The configuration in clear, for the program; from then on its secrets are kept out of messages. */
  async clearConfig(): Promise<StackConfig> {
    const config = await this.config.toStackConfig(() => this.crypter());
    for (const key of config.secretKeys) this.redactor.addValue(config.values.get(key) ?? "");
    return config;
  }

  /** Opens secrets of the configuration. Its own salt comes first; the state keeps one for a file that has none. */
  async crypter(): Promise<Crypter> {
    const salt = this.config.salt ?? ((await this.stack.exists()) ? await this.stack.salt() : undefined);
    if (salt !== undefined) {
      this.config.setSalt(salt);
      return this.workspace.keyring.open(salt, this.stack.name);
    }
    const made = await this.workspace.keyring.create(this.stack.name);
    this.config.setSalt(made.salt);
    return made.crypter;
  }

  /** Properties as this stack's files hold them. */
  async codec(): Promise<PropertyCodec> {
    return new PropertyCodec(await this.crypter());
  }

  /** Changes entries of the state, all or none, as one update of the history; resolves to their number. */
  async editState(message: string, changesOf: (snapshot: Snapshot) => StateChange[]): Promise<number> {
    const update = await this.stack.beginUpdate("import", this.config.salt);
    let changes: StateChange[];
    try {
      changes = changesOf(update.snapshot);
      await update.recorder.change(...changes);
    } catch (error) {
      await update.abandon();
      throw error;
    }
    await update.finish({ result: "succeeded", changes: {}, config: this.config.forHistory(), message });
    return changes.length;
  }

  /** Sets `key=value` pairs of `--config` in the stack's configuration file. */
  async setConfig(pairs: readonly string[]): Promise<void> {
    for (const pair of pairs) {
      const at = pair.indexOf("=");
      if (at < 1) throw new CliError("usage", `--config ${pair}: write --config <key>=<value>`);
      this.config.set(pair.slice(0, at), pair.slice(at + 1));
    }
    if (pairs.length > 0) await this.config.save();
  }
}
