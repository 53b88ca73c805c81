import { readFile, writeFile } from "node:fs/promises";

import { CA_USES, type KeyAlgorithm, authorityProblems, joinPem, splitPem } from "../../components/pki";
import {
  encodeExtensions,
  encodeSubject,
  generateKey,
  parsePrivateKey,
  signRequest,
  toPem,
} from "../../providers/x509";
import {
  AUTHORITY_DEMANDS,
  type AuthorityPlatform,
  type AuthoritySettings,
  authorityKeys,
} from "../../stacks/authority";
import { type Environment, parseEnvironment } from "../../stacks/environment";
import { CliError } from "../errors";
import { Session } from "../session";
import type { SessionFlags } from "../session";

interface CsrFlags extends SessionFlags {
  readonly out?: string;
  readonly commonName?: string;
  readonly organization?: string;
  readonly keyAlgorithm?: string;
  readonly renew?: boolean;
}

interface ImportFlags extends SessionFlags {
  readonly certificate?: string;
  readonly key?: string;
  readonly root?: string;
}

const ENVIRONMENT = "environment";

const KEYS: Readonly<Record<KeyAlgorithm, Parameters<typeof generateKey>>> = {
  "ECDSA-P256": ["ECDSA", 0, "P256"],
  "ECDSA-P384": ["ECDSA", 0, "P384"],
  "RSA-2048": ["RSA", 2048, "P256"],
  "RSA-4096": ["RSA", 4096, "P256"],
};

/** `ca csr <platform>`: a key for the stack's configuration, and a request for somebody else to sign. */
export async function csr(platform: string, flags: CsrFlags): Promise<void> {
  const own = known(platform);
  const session = await Session.open(flags);
  const { stack, config } = session;
  const { key: keyName } = namesOf(own, await environmentOf(session));
  const demands = AUTHORITY_DEMANDS[own];
  if (demands.root === "own") {
    const hint = `docs/guides/certificate-authority.md makes one with openssl; then: groundwork ca import ${own} --certificate FILE --key FILE`;
    throw new CliError("usage", `${own} takes no intermediate: ${demands.reason}; ${hint}`);
  }
  const held = await config.get(keyName, () => session.crypter());
  if (held !== undefined && flags.renew !== true) {
    throw new CliError(
      "usage",
      `${keyName} is set for stack '${stack.name}' already; pass --renew for a new request of the same key, or take it away with \`groundwork config rm ${keyName}\``,
    );
  }
  if (held === undefined && flags.renew === true) {
    throw new CliError("usage", `${keyName} is not set for stack '${stack.name}'; leave out --renew to make a key`);
  }
  const key = held === undefined ? await generateKey(...algorithm(flags.keyAlgorithm)) : parsePrivateKey(held.value);
  const subject = {
    commonName: flags.commonName ?? `${own.toUpperCase()} CA ${stack.name}`,
    ...(flags.organization === undefined ? {} : { organization: flags.organization }),
  };
  const asked = { allowedUses: CA_USES, isCa: true, maxPathLength: 0, names: [], emptySubject: false };
  const der = await signRequest(encodeSubject(subject), encodeExtensions(asked), key);
  const out = flags.out ?? `${stack.name}-${own}.csr`;
  await writeNew(out, toPem("CERTIFICATE REQUEST", der));
  if (held === undefined) {
    const format = key.asymmetricKeyType === "rsa" ? "pkcs1" : "sec1";
    const pem = key.export({ type: format as "sec1", format: "pem" }).toString();
    config.setSecret(keyName, pem, await session.crypter());
    await config.save();
  }
  process.stdout.write(
    `Wrote ${out}: have it signed as an authority (docs/guides/certificate-authority.md), then\n` +
      `  groundwork ca import ${own} --stack ${stack.name} --certificate FILE --root FILE\n` +
      (held === undefined ? `Its key is ${keyName}, encrypted in ${config.path}.\n` : ""),
  );
}

/** `ca import <platform>`: the signed certificate, or somebody else's certificate and key. */
export async function importAuthority(platform: string, flags: ImportFlags): Promise<void> {
  const own = known(platform);
  if (flags.certificate === undefined) {
    throw new CliError("usage", "--certificate is missing: name the file of the authority's certificate, in PEM");
  }
  const session = await Session.open(flags);
  const { stack, config } = session;
  const environment = await environmentOf(session);
  const names = namesOf(own, environment);
  const given = flags.key === undefined ? undefined : await read(flags.key, "--key");
  const key = given ?? (await config.get(names.key, () => session.crypter()))?.value;
  if (key === undefined) {
    const how = AUTHORITY_DEMANDS[own].root === "shared" ? `make it with \`groundwork ca csr ${own}\`, or ` : "";
    throw new CliError("usage", `${names.key} is not set for stack '${stack.name}'; ${how}name its file by --key`);
  }
  const certificatesPem = joinPem([
    ...splitPem(await read(flags.certificate, "--certificate")),
    ...splitPem(flags.root === undefined ? "" : await read(flags.root, "--root")),
  ]);
  const lifetime = (own === "icinga2" ? environment?.icinga2?.certificates : environment?.certificates)?.lifetime;
  const facts = {
    privateKeyPem: key,
    certificatesPem,
    now: new Date(),
    ...(lifetime === undefined ? {} : { lifetime }),
  };
  const problems = authorityProblems(facts, AUTHORITY_DEMANDS[own]);
  if (problems.length > 0) {
    const missing = problems.some((problem) => problem.startsWith("the root is missing")) ? "; name it by --root" : "";
    throw new CliError(
      "usage",
      `${flags.certificate} cannot be the authority of ${own}: ${problems.join("; ")}${missing}`,
    );
  }
  if (given !== undefined) config.setSecret(names.key, key, await session.crypter());
  config.set(names.certificate, certificatesPem);
  await config.save();
  const count = splitPem(certificatesPem).length;
  process.stdout.write(
    `Set ${names.certificate} (${count === 1 ? "a root" : `${count} certificates, the root last`})` +
      `${given === undefined ? "" : ` and ${names.key}, encrypted,`} in ${config.path}.\n`,
  );
  if (environment !== undefined && settingsOf(own, environment) === undefined) {
    process.stdout.write(
      `Let the environment take it: \`authority: { from: configuration }\` in its section ${own}.\n`,
    );
  }
}

function known(platform: string): AuthorityPlatform {
  const all = Object.keys(AUTHORITY_DEMANDS) as AuthorityPlatform[];
  const found = all.find((each) => each === platform);
  if (found !== undefined) return found;
  throw new CliError("usage", `"${platform}" has no authority from outside; there are ${all.join(", ")}`);
}

function algorithm(name = "ECDSA-P256"): Parameters<typeof generateKey> {
  const found = Object.entries(KEYS).find(([each]) => each === name);
  if (found !== undefined) return found[1];
  throw new CliError("usage", `--key-algorithm ${name} is not known; there are ${Object.keys(KEYS).join(", ")}`);
}

/** The stack's environment, as far as it is valid: names of keys and lifetimes are looked up in it. */
async function environmentOf({ config }: Session): Promise<Environment | undefined> {
  const value = await config.get(ENVIRONMENT, () => Promise.reject(new Error("An environment holds no secrets.")));
  if (value === undefined) return undefined;
  const parsed = parseEnvironment(JSON.parse(value.value));
  return parsed.kind === "valid" ? parsed.environment : undefined;
}

function settingsOf(platform: AuthorityPlatform, environment: Environment): AuthoritySettings | undefined {
  return environment[platform]?.authority;
}

function namesOf(platform: AuthorityPlatform, environment: Environment | undefined) {
  const names = authorityKeys(platform);
  const settings = environment === undefined ? undefined : settingsOf(platform, environment);
  if (settings === undefined) return names;
  return { key: settings.key, certificate: settings.from === "stack" ? names.certificate : settings.certificate };
}

async function read(path: string, flag: string): Promise<string> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new CliError(
      "usage",
      `${path} cannot be read (${error.code ?? error.message}); correct the path after ${flag}`,
    );
  });
}

async function writeNew(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: "wx" }).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === "EEXIST" ? "is there already" : `cannot be written (${error.code ?? error.message})`;
    throw new CliError("usage", `${path} ${reason}; name another file by --out`);
  });
}
