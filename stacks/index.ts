import * as pulumi from "@pulumi/pulumi";

import { requireTables } from "../components/database";
import { PathClaims } from "../components/hosts";
import { DATABASE, Mig, TABLES } from "../components/platforms/mig";
import { type Access, type ResolvedAccess, labAccess, operatorAccess } from "./access";
import { type Environment, parseEnvironment } from "./environment";
import { type LabFile, readLabFile } from "./lab-file";
import { migArgs } from "./mig-args";
import { migOutputs } from "./outputs";
import { type Problem, formatProblems } from "./problems";
import { declareProviders } from "./providers";

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

const environment = readEnvironment();
const lab = environment.lab === undefined ? undefined : readLab(environment.lab);
const access = granted(
  lab === undefined
    ? operatorAccess(environment, (key) => config.getSecret(key))
    : labAccess(environment, lab, (text) => pulumi.secret(text)),
);
const providers = declareProviders(access);

function declarePlatform() {
  const args = migArgs(environment, access, new PathClaims(), stack, lab?.database.version);
  return migOutputs(new Mig("mig", args, { providers }), args, access);
}

/** Not one output of all: the passwords in it would make the whole secret. */
const declared = Promise.resolve(
  environment.mig.database.schema === "external"
    ? requireTables(DATABASE, TABLES, providers.postgresql).then(declarePlatform)
    : declarePlatform(),
);

export const platform = environment.platform;
/** Which host does what. */
export const hosts = pulumi.output(declared.then((outputs) => outputs.hosts));
export const broker = pulumi.output(declared.then((outputs) => outputs.broker));
export const database = pulumi.output(declared.then((outputs) => outputs.database));
export const api = pulumi.output(declared.then((outputs) => outputs.api));
/** What clients have to trust. */
export const caCertificate = pulumi.output(declared.then((outputs) => outputs.caCertificate));
/** By server and account; `groundwork stack output --show-secrets` prints them. */
export const passwords = pulumi.output(declared.then((outputs) => outputs.passwords));
