import { existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, resolve, sep } from "node:path";
import { z } from "zod";

const PROJECT = resolve(__dirname, "..");

/**
 * Why secrets cannot be kept in a folder of this machine, or `undefined`: what is inside the project is soon committed.
 * Links are followed, as far as there is something.
 */
export function localDirectoryProblem(directory: string, project: string = PROJECT): string | undefined {
  const expanded = withHome(directory);
  if (!/^(\/[A-Za-z0-9._@+-]+)+$/.test(expanded) || expanded.split("/").includes("..")) {
    return `"${directory}" is not an absolute path, or one from ~/, of letters, digits and . _ @ + -`;
  }
  const [real, root] = [realPath(expanded), realPath(project)];
  return real === root || real.startsWith(root + sep)
    ? `${directory} is inside the project, whose files are committed: name a folder outside of it`
    : undefined;
}

/** A folder on the machine that the program runs on, for what its user alone may have; `~/` is the user's home. */
export const localDirectory = z.string().transform((directory, context) => {
  const message = localDirectoryProblem(directory);
  if (message === undefined) return withHome(directory);
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

function withHome(directory: string): string {
  return directory.startsWith("~/") ? join(homedir(), directory.slice(2)) : directory;
}

function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : join(realPath(dirname(path)), basename(path));
}
