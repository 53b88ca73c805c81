import { requireTables } from "../components/database";
import { Flocker } from "../components/platforms/flocker";
import * as mig from "../components/platforms/mig";
import type { Environment } from "./environment";
import { flockerArgs } from "./flocker-args";
import { flockerOutputs } from "./flocker-outputs";
import { migArgs } from "./mig-args";
import { type PlatformOutputs, migOutputs } from "./outputs";
import type { Providers } from "./providers";
import type { Scope } from "./scope";

/** Declares every platform that the environment holds; what it gives is by platform. */
export function declarePlatforms(
  environment: Environment,
  scope: Scope,
  providers: Providers,
): Readonly<Record<string, PlatformOutputs>> {
  const declared: Record<string, PlatformOutputs> = {};
  const opts = { providers: Object.values(providers).filter((provider) => provider !== undefined) };
  if (environment.mig !== undefined) {
    const args = migArgs(environment.mig, scope);
    declared["mig"] = migOutputs(new mig.Mig("mig", args, opts), args, scope.access);
  }
  if (environment.flocker !== undefined) {
    const args = flockerArgs(environment.flocker, scope);
    declared["flocker"] = flockerOutputs(new Flocker("flocker", args, opts), args);
  }
  return declared;
}

/**
 * Waits for the tables that others have to have made: it fails before anything is declared that needs them.
 * Nothing is waited for where there is no such schema.
 */
export function requireSchemas(environment: Environment, { postgresql }: Providers): Promise<unknown> | undefined {
  const schemas = [
    ...(environment.mig?.database.schema === "external" ? [{ database: mig.DATABASE, tables: mig.TABLES }] : []),
  ];
  if (schemas.length === 0 || postgresql === undefined) return undefined;
  return Promise.all(schemas.map(({ database, tables }) => requireTables(database, tables, postgresql)));
}
