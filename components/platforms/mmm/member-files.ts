import { type ChangeHandler, type FileClaim, type HostDirectory, type HostFile, restartWhereItRuns } from "../../hosts";
import { SOCKET, wholeFile } from "./configuration";
import { BASE, type Placement, type ProgramName, UNITS, configurationPath } from "./paths";
import { type Series, stanza, tlsPaths } from "./stanza";

/** Names the block within a file that others own. */
const MARKER = "mmm ssl";

export interface Program {
  readonly name: ProgramName;
  readonly configuration?: string;
  /** @default true */
  readonly caFile?: boolean;
}

export interface MemberSettings extends Placement {
  readonly verifyMode?: 0 | 1;
  readonly units?: { readonly agent: string; readonly monitor: string };
}

export interface MemberContents {
  readonly caPem: HostFile["content"];
  readonly certificatePem: HostFile["content"];
  readonly privateKeyPem: HostFile["content"];
}

export function memberDirectories({ base = BASE }: Placement): readonly HostDirectory[] {
  return [{ path: `${base}/etc/ssl`, mode: "0750" }];
}

/** One pair for all programs of a host, and each program's configuration. */
export function memberFiles(
  settings: MemberSettings,
  programs: readonly Program[],
  { caPem, certificatePem, privateKeyPem }: MemberContents,
): readonly HostFile[] {
  const paths = tlsPaths(settings.base ?? BASE);
  return [
    { path: paths.ca, content: caPem },
    { path: paths.certificate, content: certificatePem },
    { path: paths.key, content: privateKeyPem, mode: "0600" },
    ...programs.map((program) => configurationFile(settings, program)),
  ];
}

/** What `memberFiles` places, before anything of it is rendered. */
export function memberClaims(settings: Placement, programs: readonly Program[]): readonly FileClaim[] {
  const pair = Object.values(tlsPaths(settings.base ?? BASE)).map((path): FileClaim => ({ path, kind: "whole" }));
  const files = programs.map(({ name, configuration }): FileClaim => {
    const path = configurationPath(name, settings);
    return configuration === undefined ? { path, kind: "block", marker: MARKER } : { path, kind: "whole" };
  });
  return [...pair, ...files];
}

/** MMM 2 refuses what others can read, and passwords are in these files in both series. */
function configurationFile(settings: MemberSettings, program: Program): HostFile {
  const { series, base = BASE } = settings;
  const { ca, ...paths } = tlsPaths(base);
  const verifyMode = settings.verifyMode ?? (series === 1 ? 1 : undefined);
  const text = stanza({ series, ...paths, ...(program.caFile === false ? {} : { ca }), verifyMode });
  const file = { path: configurationPath(program.name, settings), mode: "0640" };
  return program.configuration === undefined
    ? { ...file, content: text, kind: "block", marker: MARKER }
    : // MMM's packages bring a file of their own, which comes back in the end.
      { ...file, content: wholeFile(program.configuration, text), adopt: true };
}

/** Daemons read everything at their start; `mmm_control` starts anew each time. */
export function memberHandlers(settings: MemberSettings, programs: readonly Program[]): readonly ChangeHandler[] {
  const units = settings.units ?? UNITS[settings.series];
  const pair = Object.values(tlsPaths(settings.base ?? BASE));
  return programs.flatMap(({ name, configuration }) => {
    const path = configurationPath(name, settings);
    const isBlock = configuration === undefined;
    return [
      ...(settings.series === 2 && isBlock ? [refuseOpen(path)] : []),
      ...(isBlock ? [refuseOther(path, settings.series)] : []),
      ...(name === "control" ? [] : [restartWhereItRuns(units[name], [...pair, path])]),
    ];
  });
}

/** The rest of the file is others', who may have followed MMM's page already: two sections contradict one another. */
function refuseOther(path: string, series: Series): ChangeHandler {
  const complaint = `${path} says how connections are made outside of the block "${MARKER}" as well: take that out`;
  const rest = `sed '/^# BEGIN groundwork ${MARKER}$/,/^# END groundwork ${MARKER}$/d' ${path}`;
  const found = `${rest} | grep -qE '${SOCKET[series].source.replaceAll("\\s", "[[:space:]]")}'`;
  const command = `if ${found}; then echo '${complaint}' >&2; exit 1; fi`;
  return { name: `connections of ${path}`, command, paths: [path] };
}

/** The file is others', and so is its mode: MMM 2 would not start, and say so in its log alone. */
function refuseOpen(path: string): ChangeHandler {
  const complaint = `${path} can be read or written by others, which MMM 2 refuses: chmod 0640 ${path}`;
  const command = `if [ -n "$(find ${path} -perm /006)" ]; then echo '${complaint}' >&2; exit 1; fi`;
  return { name: `mode of ${path}`, command, paths: [path] };
}
