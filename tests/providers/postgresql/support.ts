import { createPostgresqlProvider } from "../../../providers/postgresql";
import type { CreateResult, DiffResult, ResourceProvider } from "../../../providers/base/provider";
import { revealMap, type PropertyMap } from "../../../providers/base/values";
import type { TestDatabase } from "../../support/servers";

type Kind = "role" | "database" | "schema" | "extension" | "grant" | "grantRole" | "defaultPrivileges";

/** One resource as an engine keeps it. */
export interface Managed {
  readonly kind: Kind;
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
}

const request = (kind: Kind) => ({
  urn: `urn:pulumi:test::test::postgresql:index/${kind}:${kind[0]?.toUpperCase()}${kind.slice(1)}::it`,
  type: `postgresql:index/${kind}:${kind[0]?.toUpperCase()}${kind.slice(1)}`,
  name: "it",
});

/** What an engine does with a provider, without the engine. */
export class Engine {
  constructor(readonly provider: ResourceProvider) {}

  static async on(server: TestDatabase, config: PropertyMap = {}): Promise<Engine> {
    const provider = createPostgresqlProvider();
    const { inputs, failures } = await provider.checkConfig({
      urn: "urn:pulumi:test::test::pulumi:providers:postgresql::it",
      type: "pulumi:providers:postgresql",
      name: "it",
      inputs: {
        host: server.host,
        port: server.port,
        username: server.username,
        password: server.password,
        sslmode: "disable",
        ...config,
      },
    });
    if (failures.length > 0) throw new Error(JSON.stringify(failures));
    await provider.configure(inputs);
    return new Engine(provider);
  }

  async check(kind: Kind, inputs: PropertyMap, old?: Managed): Promise<PropertyMap> {
    const checked = await this.provider.check({ ...request(kind), inputs, oldInputs: old?.inputs });
    if (checked.failures.length > 0) throw new Error(JSON.stringify(checked.failures));
    return checked.inputs;
  }

  async create(kind: Kind, declared: PropertyMap): Promise<Managed> {
    const inputs = await this.check(kind, declared);
    const { id, outputs }: CreateResult = await this.provider.create({ ...request(kind), inputs, preview: false });
    return { kind, id, inputs, outputs };
  }

  async refresh(old: Managed): Promise<Managed | undefined> {
    const read = await this.provider.read({
      ...request(old.kind),
      id: old.id,
      inputs: old.inputs,
      outputs: old.outputs,
    });
    return read && { kind: old.kind, ...read };
  }

  async diff(old: Managed, declared: PropertyMap): Promise<DiffResult> {
    const inputs = await this.check(old.kind, declared, old);
    return this.provider.diff({
      ...request(old.kind),
      id: old.id,
      oldInputs: old.inputs,
      oldOutputs: old.outputs,
      inputs,
    });
  }

  /** Paths and kinds of what a refresh finds against what is declared. */
  async drift(old: Managed, declared: PropertyMap): Promise<Record<string, string> | "gone"> {
    const live = await this.refresh(old);
    if (!live) return "gone";
    const { detailedDiff = {} } = await this.diff(live, declared);
    return Object.fromEntries(Object.entries(detailedDiff).map(([path, { kind }]) => [path, kind]));
  }

  async update(old: Managed, declared: PropertyMap): Promise<Managed> {
    const inputs = await this.check(old.kind, declared, old);
    const { outputs } = await this.provider.update({
      ...request(old.kind),
      id: old.id,
      oldInputs: old.inputs,
      oldOutputs: old.outputs,
      inputs,
      preview: false,
    });
    return { ...old, inputs, outputs };
  }

  async delete(old: Managed): Promise<void> {
    await this.provider.delete({ ...request(old.kind), id: old.id, inputs: old.inputs, outputs: old.outputs });
  }

  close(): Promise<void> {
    return this.provider.close();
  }
}

/** Outputs in clear, without what only Pulumi's bridge reads. */
export function shown(managed: Managed | undefined): PropertyMap {
  const { __pulumi_raw_state_delta: _, ...outputs } = revealMap(managed?.outputs ?? {});
  return outputs;
}

/** Lets other users than the superuser log in by password; the test server's own rules do not. */
export async function allowLogins(server: TestDatabase): Promise<void> {
  await server.server.run(`cd /etc/postgresql/*/main
grep -q '^host all all' pg_hba.conf || echo 'host all all 127.0.0.0/8 scram-sha-256' >>pg_hba.conf
kill -HUP "$(head -1 /var/lib/postgresql/*/main/postmaster.pid)"`);
}

/** The lines of the server's log that mention a text. */
export async function logged(server: TestDatabase, text: string): Promise<string[]> {
  const log = await server.server.run("cat /var/log/postgresql/postgresql-*-main.log");
  return log.split("\n").filter((line) => line.includes(text));
}
