import {
  type ChangeHandler,
  type FileClaim,
  type HostDirectory,
  type HostFile,
  claimsOf,
  restartWhereItRuns,
} from "../../hosts";

/** Flocker's programs look for everything in one folder. */
export const DIRECTORY = "/etc/flocker";
export const FLOCKER_DIRECTORY: HostDirectory = { path: DIRECTORY, mode: "0700" };

export interface Pair {
  readonly certificatePem: HostFile["content"];
  readonly privateKeyPem: HostFile["content"];
}

/** What is on one host of the cluster, by role. */
export interface MemberContents {
  readonly caPem: HostFile["content"];
  readonly control?: Pair;
  readonly node?: Pair & { readonly configuration: HostFile["content"] };
  /** On a node alone. */
  readonly plugin?: Pair;
  /** By name. */
  readonly users: Readonly<Record<string, Pair>>;
}

const CLUSTER_CERTIFICATE = `${DIRECTORY}/cluster.crt`;
const CONFIGURATION = `${DIRECTORY}/agent.yml`;

export function memberFiles({ caPem, control, node, plugin, users }: MemberContents): readonly HostFile[] {
  const pairs = { "control-service": control, node, plugin, ...users };
  return [
    { path: CLUSTER_CERTIFICATE, content: caPem },
    ...Object.entries(pairs).flatMap(([name, pair]) => (pair === undefined ? [] : pairFiles(name, pair))),
    // The backend's credentials are in it.
    ...(node === undefined ? [] : [{ path: CONFIGURATION, content: node.configuration, mode: "0600" }]),
  ];
}

/** Whoever reads a changed file at its start; the control service before those who connect to it. */
export function memberHandlers({ control, node, plugin }: MemberContents): readonly ChangeHandler[] {
  const units = [
    ...(control === undefined ? [] : [{ unit: "flocker-control", paths: pairPaths("control-service") }]),
    ...(node === undefined
      ? []
      : ["flocker-dataset-agent", "flocker-container-agent"].map((unit) => ({
          unit,
          paths: [...pairPaths("node"), CONFIGURATION],
        }))),
    ...(plugin === undefined
      ? []
      : [
          {
            unit: "flocker-docker-plugin",
            paths: [...pairPaths("plugin"), ...(node === undefined ? [] : [CONFIGURATION])],
          },
        ]),
  ];
  return units.map(({ unit, paths }) => restartWhereItRuns(unit, [CLUSTER_CERTIFICATE, ...paths]));
}

function pairPaths(name: string): string[] {
  return [`${DIRECTORY}/${name}.crt`, `${DIRECTORY}/${name}.key`];
}

function pairFiles(name: string, { certificatePem, privateKeyPem }: Pair): readonly HostFile[] {
  return [
    { path: `${DIRECTORY}/${name}.crt`, content: certificatePem },
    { path: `${DIRECTORY}/${name}.key`, content: privateKeyPem, mode: "0600" },
  ];
}

export interface MemberRoles {
  readonly control: boolean;
  readonly node: boolean;
  readonly plugin: boolean;
  readonly users: readonly string[];
}

/** What `memberFiles` places on a host with these roles, before anything of it is rendered. */
export function memberClaims({ control, node, plugin, users }: MemberRoles): readonly FileClaim[] {
  const nothing = { certificatePem: "", privateKeyPem: "" };
  const contents: MemberContents = {
    caPem: "",
    ...(control ? { control: nothing } : {}),
    ...(node ? { node: { ...nothing, configuration: "" } } : {}),
    ...(plugin ? { plugin: nothing } : {}),
    users: Object.fromEntries(users.map((user) => [user, nothing])),
  };
  return claimsOf(memberFiles(contents));
}
