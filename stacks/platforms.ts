import { requireTables } from "../components/database";
import { Flocker } from "../components/platforms/flocker";
import * as icinga2 from "../components/platforms/icinga2";
import * as mig from "../components/platforms/mig";
import { Mmm } from "../components/platforms/mmm";
import type { Environment } from "./environment";
import { flockerArgs } from "./flocker-args";
import { flockerOutputs } from "./flocker-outputs";
import { type SharedServer, icinga2Args } from "./icinga2-args";
import { icinga2Outputs } from "./icinga2-outputs";
import { migArgs } from "./mig-args";
import { mmmArgs } from "./mmm-args";
import { mmmOutputs } from "./mmm-outputs";
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
  let server: SharedServer | undefined;
  if (environment.mig !== undefined) {
    const args = migArgs(environment.mig, scope);
    const platform = new mig.Mig("mig", args, opts);
    declared["mig"] = migOutputs(platform, args, scope.access);
    const { directory, unit } = args.database;
    server = { directory, unit, caPem: platform.authority.certificatePem, ready: platform.database };
  }
  if (environment.icinga2 !== undefined) {
    const args = icinga2Args(environment.icinga2, scope, server);
    declared["icinga2"] = icinga2Outputs(new icinga2.Icinga2("icinga2", args, opts), args);
  }
  if (environment.flocker !== undefined) {
    const args = flockerArgs(environment.flocker, scope);
    declared["flocker"] = flockerOutputs(new Flocker("flocker", args, opts), args);
  }
  if (environment.mmm !== undefined) {
    const args = mmmArgs(environment.mmm, scope);
    declared["mmm"] = mmmOutputs(new Mmm("mmm", args, opts), args);
  }
  return declared;
}

/**
 * Waits for the tables that others have to have made: it fails before anything is declared that needs them.
 * Nothing is waited for where there is no such schema.
 */
export function requireSchemas(environment: Environment, { postgresql }: Providers): Promise<unknown> | undefined {
  const ido = environment.icinga2?.ido;
  const schemas = [
    ...(environment.mig?.database.schema === "external" ? [{ database: mig.DATABASE, tables: mig.TABLES }] : []),
    ...(ido?.schema === "external" ? [{ database: ido.database, tables: icinga2.TABLES }] : []),
  ];
  if (schemas.length === 0 || postgresql === undefined) return undefined;
  return Promise.all(schemas.map(({ database, tables }) => requireTables(database, tables, postgresql)));
}
