import { z } from "zod";

import { agentBuildProblems } from "../components/platforms/mig";
import { Lifetime } from "../components/pki";
import { address, dnsName, hostKey, hostName, lifetime, port, secretKey } from "./environment-fields";
import { type MigSettings, migSettings } from "./mig-environment";
import { type Problem, problemsOf } from "./problems";

const host = z.strictObject({
  name: hostName,
  address,
  /** Of its SSH server. Left out: 22. */
  port: port.optional(),
  /** Whom to log in as. Left out: the one that all hosts have. */
  user: z.string().min(1).optional(),
  /** Its name in DNS, by which others then dial it. */
  fqdn: dnsName.optional(),
  /** Pinned. Read from the lab where there is one. */
  hostKey: hostKey.optional(),
});

const AUTHORITY_LIMIT = Lifetime.years(30);
/** What Apple's platforms accept, the strictest of the verifiers that know private authorities: HT210176. */
const LEAF_LIMIT = Lifetime.days(825);

const certificates = z
  .strictObject({
    organization: z.string().min(1).max(64).default("Groundwork"),
    keyAlgorithm: z.enum(["ECDSA-P256", "ECDSA-P384", "RSA-2048", "RSA-4096"]).default("ECDSA-P256"),
    authorityLifetime: lifetime(AUTHORITY_LIMIT, "nobody will know then where its key is").prefault("10y"),
    lifetime: lifetime(LEAF_LIMIT, "there are verifiers that refuse such certificates").prefault("90d"),
    /** Left out: a third of the lifetime. */
    renewBefore: lifetime(LEAF_LIMIT, "certificates live shorter").optional(),
  })
  .superRefine((settings, context) => {
    const { authorityLifetime, lifetime: leaf, renewBefore } = settings;
    if (leaf.isLongerThan(authorityLifetime)) {
      const message = `${leaf} is longer than the authority's ${authorityLifetime}`;
      context.addIssue({ code: "custom", path: ["lifetime"], message });
    }
    if (renewBefore !== undefined && !leaf.isLongerThan(renewBefore)) {
      const message = `${renewBefore} is not shorter than the lifetime, ${leaf}`;
      context.addIssue({ code: "custom", path: ["renewBefore"], message });
    }
  });

/** How the operator reaches servers and hosts; passwords are names of secret configuration keys. */
const operators = z.strictObject({
  ssh: z
    .strictObject({ user: z.string().min(1).default("root"), privateKey: secretKey.default("sshPrivateKey") })
    .prefault({}),
  broker: z.strictObject({
    endpoint: z
      .string()
      .regex(
        /^https:\/\/[^\s/]+$|^http:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/,
        "is not https://host:port; http is for loopback alone, as behind an SSH forward",
      ),
    username: z.string().min(1).default("admin"),
    password: secretKey.default("brokerAdminPassword"),
    /** CA certificate of the management API. */
    cacertFile: z.string().optional(),
  }),
  database: z
    .strictObject({
      /** Left out: the database's host. */
      host: z.union([dnsName, address]).optional(),
      username: z.string().min(1).default("postgres"),
      password: secretKey.default("databaseAdminPassword"),
      sslmode: z.enum(["require", "verify-ca", "verify-full"]).default("require"),
      sslrootcert: z.string().optional(),
      superuser: z.boolean().default(true),
    })
    .prefault({}),
});

const common = {
  /** The lab's `lab.json`, relative to the project: operators' passwords and host keys are read from it. */
  lab: z.string().min(1).optional(),
  hosts: z.array(host).min(1).superRefine(refuseDuplicates),
  certificates: certificates.prefault({}),
  operators: operators.optional(),
};

const environmentSchema = z
  .discriminatedUnion("platform", [z.strictObject({ platform: z.literal("mig"), mig: migSettings, ...common })], {
    error: ({ input, code }) =>
      code === "invalid_union"
        ? `unknown platform ${JSON.stringify((input as { platform?: unknown }).platform)}: there is mig`
        : undefined,
  })
  .superRefine((environment, context) => {
    for (const { path, reason } of crossProblems(environment)) {
      context.addIssue({ code: "custom", path: [...path], message: reason });
    }
  });

export type Environment = z.infer<typeof environmentSchema>;
export type EnvironmentHost = z.infer<typeof host>;

export type ParsedEnvironment =
  | { readonly kind: "valid"; readonly environment: Environment }
  | { readonly kind: "invalid"; readonly problems: readonly Problem[] };

/** Judges an environment as the stack's configuration has it. */
export function parseEnvironment(value: unknown): ParsedEnvironment {
  const result = environmentSchema.safeParse(value);
  return result.success
    ? { kind: "valid", environment: result.data }
    : { kind: "invalid", problems: problemsOf(result.error) };
}

function refuseDuplicates(hosts: readonly EnvironmentHost[], context: z.RefinementCtx): void {
  for (const key of ["name", "address"] as const) {
    hosts.forEach((candidate, index) => {
      const first = hosts.findIndex((other) => other[key] === candidate[key]);
      if (first === index) return;
      const message = `${candidate[key]} is taken by hosts[${first}]`;
      context.addIssue({ code: "custom", path: [index, key], message });
    });
  }
}

/** What is wrong between parts that are right by themselves. */
function crossProblems({ lab, hosts, operators: declared, mig }: Environment): readonly Problem[] {
  const names = new Set(hosts.map(({ name }) => name));
  return [
    ...(lab !== undefined && declared !== undefined
      ? [{ path: ["operators"], reason: "the lab has operators of its own: leave out one of both" }]
      : []),
    ...(lab === undefined && declared === undefined
      ? [{ path: ["operators"], reason: "is needed where there is no lab" }]
      : []),
    ...(lab === undefined
      ? hosts.flatMap(({ hostKey: key }, index) =>
          key === undefined
            ? [{ path: ["hosts", index, "hostKey"], reason: "is needed where there is no lab: see ssh-keyscan" }]
            : [],
        )
      : []),
    ...(declared?.broker.username === "guest"
      ? [{ path: ["operators", "broker", "username"], reason: "guest is deleted: name another administrator" }]
      : []),
    ...hostReferences(mig)
      .filter(({ name }) => !names.has(name))
      .map(({ path, name }) => ({ path, reason: `there is no host ${name} in hosts` })),
    ...repeatedReferences(mig),
    ...(mig.agentBuild === undefined
      ? []
      : agentBuildProblems(mig.agentBuild).map((reason) => ({ path: ["mig", "agentBuild"], reason }))),
  ];
}

function hostReferences(mig: MigSettings): readonly { readonly path: readonly PropertyKey[]; readonly name: string }[] {
  return [
    ...mig.relay.hosts.map((name, index) => ({ path: ["mig", "relay", "hosts", index], name })),
    { path: ["mig", "database", "host"], name: mig.database.host },
    { path: ["mig", "scheduler", "host"], name: mig.scheduler.host },
    { path: ["mig", "api", "host"], name: mig.api.host },
    ...mig.workers.map(({ host: name }, index) => ({ path: ["mig", "workers", index, "host"], name })),
    ...mig.agents.hosts.map((name, index) => ({ path: ["mig", "agents", "hosts", index], name })),
    ...(mig.agentBuild === undefined ? [] : [{ path: ["mig", "agentBuild", "host"], name: mig.agentBuild.host }]),
  ];
}

function repeatedReferences(mig: MigSettings): readonly Problem[] {
  const lists = [
    { path: ["mig", "relay", "hosts"], values: mig.relay.hosts },
    { path: ["mig", "agents", "hosts"], values: mig.agents.hosts },
    { path: ["mig", "workers"], values: mig.workers.map(({ name }) => name) },
  ];
  return lists.flatMap(({ path, values }) =>
    values.flatMap((value, index) =>
      values.indexOf(value) === index ? [] : [{ path: [...path, index], reason: `${value} is listed twice` }],
    ),
  );
}
