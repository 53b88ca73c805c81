import { posix } from "node:path";

import { resourceRule } from "../rule";
import { type Subject, hostOf, list, map, placedFiles, text } from "../subject";
import { FILE_SET, isPrivateKey } from "../types";

const OTHERS = 0o007;
const GROUP = 0o070;

export const fileRules = [
  resourceRule<{ readonly groupMayRead: readonly string[] }>({
    name: "private-key-mode",
    displayName: "Private keys are for their owner alone",
    description: "A private key has mode 0600 or a stricter one.",
    severity: "critical",
    level: "mandatory",
    control: "SC-28",
    tags: ["files", "pki"],
    remedy: "give the file mode 0600 and, as its owner, the account that reads it",
    config: {
      groupMayRead: {
        type: "array",
        items: { type: "string" },
        description: "Paths of keys that the owner's group may read: mode 0640 is right for them as well.",
        default: [],
      },
    },
    check: (subject, report, { groupMayRead }) => {
      if (subject.type !== FILE_SET) return;
      for (const file of placedFiles(subject).filter(isPrivateKey)) {
        const closed = groupMayRead.includes(file.path) ? OTHERS | 0o030 : OTHERS | GROUP;
        if ((file.mode & closed) !== 0) report(`${hostOf(subject)}: ${file.path} has mode ${octal(file.mode)}`);
      }
    },
  }),
  resourceRule<{ readonly closed: readonly string[] }>({
    name: "private-key-directory",
    displayName: "Private keys are in closed directories",
    description: "A private key is in a directory that others than its owner and group cannot enter.",
    severity: "high",
    level: "mandatory",
    control: "SC-28",
    tags: ["files", "pki"],
    remedy: "declare the key's directory in the same set of files, with a mode that ends in 0",
    config: {
      closed: {
        type: "array",
        items: { type: "string" },
        description: "Directories that no set of files declares and that are closed all the same.",
        default: ["/root"],
      },
    },
    check: (subject, report, { closed }) => {
      if (subject.type !== FILE_SET) return;
      for (const { path } of placedFiles(subject).filter(isPrivateKey)) {
        if (![...closed, ...closedDirectories(subject)].some((directory) => isBelow(path, directory))) {
          report(
            `${hostOf(subject)}: nothing closes ${posix.dirname(path)}, where ${posix.basename(path)} is, to others`,
          );
        }
      }
    },
  }),
  resourceRule<object>({
    name: "secret-file-mode",
    displayName: "Files that hold secrets are closed to others",
    description: "A file whose content is secret can be read by its owner and group at most.",
    severity: "high",
    level: "mandatory",
    control: "SC-28",
    tags: ["files", "secrets"],
    remedy: "give the file a mode that ends in 0, as 0600 or 0640",
    config: {},
    check: (subject, report) => {
      if (subject.type !== FILE_SET) return;
      for (const { path, mode, isSecret } of placedFiles(subject)) {
        if (isSecret && (mode & OTHERS) !== 0) report(`${hostOf(subject)}: ${path} has mode ${octal(mode)}`);
      }
    },
  }),
];

function closedDirectories({ inputs }: Subject): readonly string[] {
  return list(inputs["directories"]).flatMap((directory) => {
    const { path, mode } = map(directory);
    const name = text(path);
    return name === undefined || (Number.parseInt(text(mode) ?? "0755", 8) & OTHERS) !== 0 ? [] : [name];
  });
}

function isBelow(path: string, directory: string): boolean {
  return path.startsWith(`${directory.replace(/\/$/, "")}/`);
}

function octal(mode: number): string {
  return Number.isNaN(mode) ? "that is no number" : mode.toString(8).padStart(4, "0");
}
