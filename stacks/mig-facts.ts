import { claimsOf } from "../components/hosts";
import {
  BROKER_USERS,
  DATABASE,
  ROLES,
  VHOST,
  agentBuildProblems,
  agentPaths,
  apiPaths,
  databaseClaims,
  redirectFiles,
  relayClaims,
  schedulerPaths,
  workerPaths,
} from "../components/platforms/mig";
import { authorityReferences } from "./authority";
import { DEFAULT_DIRECTORY } from "./scope";
import type { MigSettings } from "./mig-environment";
import type { Path } from "./problems";
import { type SectionFacts, repeated } from "./section";

/** What the environment has to know of MIG's section. Paths are relative to it. */
export function migFacts(
  mig: MigSettings,
  hosts: readonly { readonly name: string; readonly fqdn?: string | undefined }[],
): SectionFacts {
  return {
    hosts: hostReferences(mig),
    names: [
      { kind: "virtual host", name: VHOST, path: ["relay"] },
      ...BROKER_USERS.map((name) => ({ kind: "broker user", name, path: ["relay"] }) as const),
      { kind: "database", name: DATABASE, path: ["database"] },
      ...ROLES.map((name) => ({ kind: "database role", name, path: ["database"] }) as const),
    ],
    files: placed(mig),
    secrets: authorityReferences("mig", mig.authority),
    broker: true,
    database: { path: ["database", "host"], host: mig.database.host, port: mig.database.port },
    problems: [
      ...repeated(["relay", "hosts"], mig.relay.hosts),
      ...namelessNodes(mig.relay, hosts),
      ...repeated(["scheduler", "hosts"], mig.scheduler.hosts),
      ...repeated(["agents", "hosts"], mig.agents.hosts),
      ...Object.keys(mig.agents.exceptions)
        .filter((name) => !mig.agents.hosts.includes(name))
        .map((name) => ({ path: ["agents", "exceptions", name], reason: `${name} is not among the agents' hosts` })),
      ...repeated(
        ["workers"],
        mig.workers.map(({ name }) => name),
      ),
      ...(mig.agentBuild === undefined
        ? []
        : agentBuildProblems(mig.agentBuild).map(({ path, reason }) => ({ path: ["agentBuild", ...path], reason }))),
    ],
  };
}

/** Nodes whose name in Erlang is made of a name in DNS that their host has not. */
function namelessNodes(
  { hosts: nodes, nodeName }: MigSettings["relay"],
  hosts: readonly { readonly name: string; readonly fqdn?: string | undefined }[],
): SectionFacts["problems"] {
  if (!nodeName.includes("{fqdn}")) return [];
  return nodes.flatMap((node, index) =>
    hosts.some(({ name, fqdn }) => name === node && fqdn === undefined)
      ? [{ path: ["relay", "hosts", index], reason: `${node} has no fqdn, which nodeName asks for` }]
      : [],
  );
}

const REDIRECT = claimsOf(redirectFiles({}));

function placed(mig: MigSettings): NonNullable<SectionFacts["files"]> {
  const at = (host: string, path: Path, files: readonly string[]) =>
    files.map((file) => ({ host, path, file: { path: file, kind: "whole" as const } }));
  const { relay, database, scheduler, api, workers, agents } = mig;
  const cookie = relay.erlangCookie ?? relay.hosts.length > 1;
  return [
    ...relay.hosts.flatMap((host, index) =>
      [...relayClaims(host, { cookie, peers: relay.hosts }), ...(relay.redirect443 === false ? [] : REDIRECT)].map(
        (file) => ({ host, path: ["relay", "hosts", index], file }),
      ),
    ),
    ...databaseClaims(database.directory ?? DEFAULT_DIRECTORY, database.schema).map((file) => ({
      ...{ host: database.host, path: ["database", "host"], file },
    })),
    ...scheduler.hosts.flatMap((host, index) => at(host, ["scheduler", "hosts", index], schedulerPaths())),
    ...at(api.host, ["api", "host"], apiPaths()),
    ...workers.flatMap(({ host, name }, index) => at(host, ["workers", index], workerPaths(name))),
    ...agents.hosts.flatMap((host, index) => at(host, ["agents", "hosts", index], agentPaths())),
    ...builtFrom(mig).flatMap(({ host, path }) => at(host, ["agentBuild", "path"], [path])),
  ];
}

function hostReferences(mig: MigSettings): SectionFacts["hosts"] {
  return [
    ...mig.relay.hosts.map((name, index) => ({ path: ["relay", "hosts", index], name })),
    { path: ["database", "host"], name: mig.database.host },
    ...mig.scheduler.hosts.map((name, index) => ({ path: ["scheduler", "hosts", index], name })),
    { path: ["api", "host"], name: mig.api.host },
    ...mig.workers.map(({ host: name }, index) => ({ path: ["workers", index, "host"], name })),
    ...mig.agents.hosts.map((name, index) => ({ path: ["agents", "hosts", index], name })),
    ...builtFrom(mig).map(({ host: name }) => ({ path: ["agentBuild", "host"], name })),
  ];
}

/** The build host, where there is one. */
function builtFrom({ agentBuild: build }: MigSettings): readonly { readonly host: string; readonly path: string }[] {
  return build?.host === undefined || build.path === undefined ? [] : [{ host: build.host, path: build.path }];
}
