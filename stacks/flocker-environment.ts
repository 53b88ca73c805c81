import { z } from "zod";

import { dialName } from "../components/hosts";
import { AGENT_PORT, flockerProblems, memberClaims } from "../components/platforms/flocker";
import { certifiedName, hostName, port, secretKey } from "./environment-fields";
import { localDirectory } from "./local-directory";
import type { Path, Problem } from "./problems";
import type { SectionFacts } from "./section";

const agent = z.strictObject({
  /** The control service's port for agents. */
  port: port.default(AGENT_PORT),
  /** The storage: `backend` and what it takes. */
  dataset: z.looseObject({ backend: z.string().min(1) }),
  /** More of it, by the names of secret configuration keys: `secret_access_key: awsSecretKey`. */
  datasetSecrets: z.record(z.string().min(1), secretKey).default({}),
  /** In the form of Python's logging, PEP 391. */
  logging: z.record(z.string(), z.unknown()).optional(),
});

export const flockerSettings = z.strictObject({
  /** Its name is its authority's, its UUID is in every certificate. Left out: a UUID is made once and kept. */
  cluster: z.strictObject({ name: z.string().min(1).max(64), uuid: z.string().optional() }),
  keyAlgorithm: z.enum(["RSA-4096", "RSA-2048", "ECDSA-P256", "ECDSA-P384"]).default("RSA-4096"),
  control: z.strictObject({
    host: hostName,
    /** What agents and API clients dial. Left out: the host's fqdn, else its address. */
    hostname: z.string().optional(),
    /** What it is dialled by as well, such as a name within a private network. */
    names: z.array(certifiedName).default([]),
  }),
  nodes: z.array(
    z.strictObject({
      host: hostName,
      /** Left out: one is made once and kept. */
      uuid: z.string().optional(),
      /** Whether Docker on this host mounts datasets. */
      dockerPlugin: z.boolean().default(false),
    }),
  ),
  agent,
  /** API users. One without a host gets its certificate from the administrator. */
  users: z.array(z.strictObject({ name: z.string(), host: hostName.optional() })).default([]),
  /** Left out: the cluster's key is delivered nowhere. */
  administrator: z
    .strictObject({
      /** On the machine that `up` runs on: `~/flocker/prod`. */
      directory: localDirectory,
    })
    .optional(),
});

export type FlockerSettings = z.infer<typeof flockerSettings>;

/** What a host of the environment is dialled by. */
interface Dialled {
  readonly name: string;
  readonly address: string;
  readonly fqdn?: string | undefined;
}

/** What agents and API clients dial, or `undefined` while the host is not known. */
export function controlHostname({ control }: FlockerSettings, hosts: readonly Dialled[]): string | undefined {
  const host = hosts.find(({ name }) => name === control.host);
  return control.hostname ?? (host === undefined ? undefined : dialName({ address: host.address, fqdn: host.fqdn }));
}

/** What the environment has to know of Flocker's section. Paths are relative to it. */
export function flockerFacts(flocker: FlockerSettings, hosts: readonly Dialled[]): SectionFacts {
  const { cluster, control, nodes, users, administrator, agent: settings } = flocker;
  const hostname = controlHostname(flocker, hosts);
  return {
    hosts: [
      { path: ["control", "host"], name: control.host },
      ...nodes.map(({ host: name }, index) => ({ path: ["nodes", index, "host"], name })),
      ...users.flatMap(({ host: name }, index) =>
        name === undefined ? [] : [{ path: ["users", index, "host"], name }],
      ),
    ],
    names: [],
    broker: false,
    secrets: Object.entries(settings.datasetSecrets).map(([name, key]) => ({
      path: ["agent", "datasetSecrets", name],
      key,
    })),
    files: placed(flocker),
    problems: [
      ...flockerProblems({ cluster, control: { hostname }, nodes, users, administrator }),
      ...datasetProblems(settings),
    ],
  };
}

/** By host, at the first place in the section that brings it in. */
function placed({ control, nodes, users }: FlockerSettings): NonNullable<SectionFacts["files"]> {
  const references = [
    { host: control.host, path: ["control", "host"] },
    ...nodes.map(({ host }, index) => ({ host, path: ["nodes", index, "host"] })),
    ...users.flatMap(({ host }, index) => (host === undefined ? [] : [{ host, path: ["users", index, "host"] }])),
  ];
  return references.flatMap(({ host, path }, index) => {
    if (references.findIndex((other) => other.host === host) !== index) return [];
    const node = nodes.find((each) => each.host === host);
    const roles = {
      control: control.host === host,
      node: node !== undefined,
      plugin: node?.dockerPlugin === true,
      users: users.filter((user) => user.host === host).map(({ name }) => name),
    };
    return memberClaims(roles).map((file) => ({ host, path, file }));
  });
}

function datasetProblems({ dataset, datasetSecrets }: FlockerSettings["agent"]): readonly Problem[] {
  const path = ["agent", "dataset"];
  const twice = Object.keys(dataset).filter((key) => key in datasetSecrets);
  return [
    ...twice.map((key) => ({ path: [...path, key], reason: `${key} is in datasetSecrets as well` })),
    ...openSecrets(dataset, path),
  ];
}

/** What is in the file can be read by everyone who can read the project. */
function openSecrets(value: unknown, path: Path): readonly Problem[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]): readonly Problem[] => {
    const place = [...path, Array.isArray(value) ? Number(key) : key];
    return /secret|password|private_?key|token/i.test(key)
      ? [{ path: place, reason: "is a secret: name a secret configuration key for it in datasetSecrets" }]
      : openSecrets(inner, place);
  });
}
