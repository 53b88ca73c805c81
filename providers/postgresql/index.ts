import { bridgeProvider } from "../base/bridge";
import type { ResourceSpec } from "../base/bridge-spec";
import { ObjectError, type ResourceProvider } from "../base/provider";
import { configFields, connectionSettings, refusals } from "./config";
import { Connections } from "./connections";
import { database } from "./database";
import { defaultPrivileges } from "./default-privileges";
import { extension } from "./extension";
import { grant } from "./grant";
import { grantRole } from "./grant-role";
import { takeInventory } from "./inventory";
import { role } from "./role";
import { schema } from "./schema";
import { getTables } from "./tables";

/**
 * What the embedded engine runs for `@pulumi/postgresql`: tokens, properties, ids and diffs of the official provider
 * 3.18 for roles, databases, schemas, extensions, grants, memberships and default privileges.
 */
export function createPostgresqlProvider(): ResourceProvider {
  return bridgeProvider<Connections>({
    package: "postgresql",
    config: configFields,
    validateConfig: refusals,
    resources: {
      "postgresql:index/role:Role": named("role", role),
      "postgresql:index/database:Database": named("database", database),
      "postgresql:index/schema:Schema": named("schema", schema),
      "postgresql:index/extension:Extension": named("extension", extension),
      "postgresql:index/grant:Grant": named("grant", grant),
      "postgresql:index/grantRole:GrantRole": named("membership", grantRole),
      "postgresql:index/defaultPrivileges:DefaultPrivileges": named("default privileges", defaultPrivileges),
    },
    connect: (config) => Promise.resolve(new Connections(connectionSettings(config))),
    disconnect: (connections) => connections.close(),
    inventory: takeInventory,
    invokes: { "postgresql:index/getTables:getTables": getTables },
  });
}

/** The same resource with errors that begin with what was done to which object. */
function named(kind: string, spec: ResourceSpec<Connections>): ResourceSpec<Connections> {
  async function told<T>(doing: string, id: string | undefined, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      throw new ObjectError(`cannot ${doing} ${kind} "${id ?? ""}"`, cause);
    }
  }
  return {
    ...spec,
    create: (client, inputs, exists) => told("create", spec.id(inputs), () => spec.create(client, inputs, exists)),
    read: (client, id, known) => told("read", id, () => spec.read(client, id, known)),
    update: (client, id, inputs, state) => told("update", id, () => spec.update(client, id, inputs, state)),
    delete: (client, id, state) => told("delete", id, () => spec.delete(client, id, state)),
  };
}
