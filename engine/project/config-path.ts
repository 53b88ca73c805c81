import { ProjectError } from "./errors";

/**
 * Paths into structured configuration: `outer.inner[0]["key with blanks"]`. Source: Pulumi's property paths.
 */
export type ConfigPath = readonly (string | number)[];

const FIRST_NAME = /^([^.[\]"]+)|^\["((?:[^"\\]|\\.)*)"\]/;
const NEXT_STEP = /^\.([^.[\]"]+)|^\[(\d+)\]|^\["((?:[^"\\]|\\.)*)"\]/;

export function parseConfigPath(text: string): ConfigPath {
  const path: (string | number)[] = [];
  for (let rest = text; rest !== "" || path.length === 0;) {
    const step = (path.length === 0 ? FIRST_NAME : NEXT_STEP).exec(rest);
    if (!step)
      throw new ProjectError(`"${text}" is no configuration path; write outer.inner, list[0] or outer["in.ner"]`);
    path.push(readStep(step, path.length === 0));
    rest = rest.slice(step[0].length);
  }
  return path;
}

function readStep([, name, second, third]: readonly string[], first: boolean): string | number {
  if (name !== undefined) return name;
  const quoted = first ? second : third;
  return quoted === undefined ? Number(second) : quoted.replace(/\\(.)/g, "$1");
}

/** What a text set at a path means: Pulumi stores booleans and whole numbers as such, without leading zeros. */
export function typedValue(text: string): string | number | boolean {
  if (text === "true" || text === "false") return text === "true";
  const number = /^(0|-?[1-9]\d*)$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : text;
}
