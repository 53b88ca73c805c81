"use strict";
const { accessSync, constants, existsSync, readdirSync } = require("node:fs");
const path = require("node:path");

const SYSTEM_FOLDERS = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
const POSTGRESQL_VERSIONS = "/usr/lib/postgresql";

/** What has to be on the machine: each with the Debian package that brings it, and folders beside PATH where it may be. */
const PROGRAMS = [
  { program: "rabbitmq-server", package: "rabbitmq-server", folders: () => ["/usr/lib/rabbitmq/bin"] },
  { program: "initdb", package: "postgresql", folders: postgresqlFolders },
  { program: "psql", package: "postgresql", folders: postgresqlFolders },
  { program: "sshd", package: "openssh-server", folders: () => [] },
  { program: "openssl", package: "openssl", folders: () => [] },
  { program: "unshare", package: "util-linux", folders: () => [] },
  { program: "nsenter", package: "util-linux", folders: () => [] },
  { program: "setpriv", package: "util-linux", folders: () => [] },
  { program: "mount", package: "mount", folders: () => [] },
  { program: "useradd", package: "passwd", folders: () => [] },
  { program: "pidof", package: "sysvinit-utils", folders: () => [] },
];

/** What tests run beside that. Without a program of its own a package is known by a file. */
const TEST_PROGRAMS = [
  { program: "icinga2", package: "icinga2-bin", folders: () => [] },
  { file: "/usr/share/icinga2-ido-pgsql/schema/pgsql.sql", package: "icinga2-ido-pgsql" },
  { program: "strace", package: "strace", folders: () => [] },
  { file: "/usr/share/perl5/IO/Socket/SSL.pm", package: "libio-socket-ssl-perl" },
];

function postgresqlFolders() {
  if (!existsSync(POSTGRESQL_VERSIONS)) return [];
  return readdirSync(POSTGRESQL_VERSIONS).map((version) => path.join(POSTGRESQL_VERSIONS, version, "bin"));
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether a program is there, on PATH (with the system folders, which a plain user's PATH may lack) or in `folders`. */
function isInstalled(program, folders = []) {
  const onPath = (process.env.PATH ?? "").split(path.delimiter).filter(Boolean);
  return [...folders, ...onPath, ...SYSTEM_FOLDERS].some((folder) => isExecutable(path.join(folder, program)));
}

/** The entries of the table whose program is not there, each with what is missing by name. */
function missingPrograms({ tests = false } = {}) {
  const wanted = tests ? [...PROGRAMS, ...TEST_PROGRAMS] : PROGRAMS;
  return wanted
    .filter(({ program, file, folders }) => (file === undefined ? !isInstalled(program, folders()) : !existsSync(file)))
    .map((entry) => ({ ...entry, program: entry.program ?? entry.file }));
}

module.exports = { isInstalled, missingPrograms };
