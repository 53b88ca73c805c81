import * as pulumi from "@pulumi/pulumi";

import { PathClaims } from "../components/hosts";
import { type Access, type ResolvedAccess, labAccess, operatorAccess } from "./access";
import { type Environment, parseEnvironment, sectionsOf } from "./environment";
import { type LabFile, readLabFile } from "./lab-file";
import { hostOutputs } from "./outputs";
import { declarePlatforms, requireSchemas } from "./platforms";
import { type Problem, formatProblems } from "./problems";
import { declareProviders } from "./providers";
import { scopeOf } from "./scope";
import { sectionSecrets } from "./section";

const ROOT = "environment";
const config = new pulumi.Config();
const stack = pulumi.getStack();

/** Nothing is declared, and so nothing touched, before everything that can be judged beforehand is found right. */
function refuse(problems: readonly Problem[]): never {
  throw new pulumi.RunError(formatProblems(`stacks/Pulumi.${stack}.yaml`, `${config.name}:${ROOT}`, problems));
}

function readEnvironment(): Environment {
  const parsed = parseEnvironment(config.requireObject(ROOT));
  return parsed.kind === "valid" ? parsed.environment : refuse(parsed.problems);
}

function readLab(path: string): LabFile {
  try {
    return readLabFile(path);
  } catch (error) {
    return refuse([{ path: ["lab"], reason: error instanceof Error ? error.message : String(error) }]);
  }
}

function granted(resolved: ResolvedAccess): Access {
  return resolved.kind === "valid" ? resolved.access : refuse(resolved.problems);
}

/** A key that no platform's section names needs not be set. */
function requireSecrets(environment: Environment): void {
  const unset = sectionSecrets(sectionsOf(environment)).filter(({ key }) => config.getSecret(key) === undefined);
  if (unset.length === 0) return;
  refuse(unset.map(({ key, path }) => ({ path, reason: `is not set: groundwork config set --secret ${key}` })));
}

const environment = readEnvironment();
requireSecrets(environment);
const lab = environment.lab === undefined ? undefined : readLab(environment.lab);
const access = granted(
  lab === undefined
    ? operatorAccess(environment, (key) => config.getSecret(key))
    : labAccess(environment, lab, (text) => pulumi.secret(text)),
);
const providers = declareProviders(access);
const scope = scopeOf(
  stack,
  environment,
  access,
  new PathClaims(),
  (key) => config.requireSecret(key),
  lab?.database.version,
);

const declare = () => declarePlatforms(environment, scope, providers);
const declared = requireSchemas(environment, providers)?.then(declare) ?? Promise.resolve(declare());

/** Only of platforms that there are: an undefined output would be warned of. */
const open = Object.fromEntries(
  Object.keys(sectionsOf(environment)).map((platform) => [
    platform,
    pulumi.output(declared.then((platforms) => platforms[platform]?.open)),
  ]),
);

// An export a platform, which depends on the environment.
export = {
  /** Which host does what. */
  hosts: pulumi.output(declared.then((platforms) => hostOutputs(access, platforms))),
  ...open,
  /** By platform, server and account, apart from the rest, which they would make secret as a whole. */
  passwords: pulumi.output(
    declared.then((platforms) => Object.fromEntries(Object.entries(platforms).map(([name, p]) => [name, p.passwords]))),
  ),
};
