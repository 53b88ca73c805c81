export type GcfgValue = string | number | boolean;

/** Sections in order, each with its variables; undefined ones are left out. */
export type GcfgSections = Readonly<Record<string, Readonly<Record<string, GcfgValue | undefined>>>>;

const NAME = /^[a-z][a-z0-9-]*$/;

/**
 * A configuration file as MIG's components read it with Go's gcfg: git's format, where an unknown variable is fatal
 * and a string in quotes knows the escapes \" and \\ alone.
 *
 * @throws Error for a name or a value that the format cannot hold
 */
export function renderGcfg(sections: GcfgSections): string {
  return Object.entries(sections)
    .map(([section, variables]) => {
      requireName(section);
      const lines = Object.entries(variables).flatMap(([name, value]) =>
        value === undefined ? [] : [`    ${name} = ${renderValue(requireName(name), value)}\n`],
      );
      return `[${section}]\n${lines.join("")}`;
    })
    .join("\n");
}

function renderValue(name: string, value: GcfgValue): string {
  if (typeof value !== "string") return String(value);
  // eslint-disable-next-line no-control-regex -- control characters are what this looks for
  if (/[\x00-\x1f]/.test(value)) throw new Error(`gcfg variable ${name}: a value is one line of printable text.`);
  return `"${value.replace(/[\\"]/g, "\\$&")}"`;
}

function requireName(name: string): string {
  if (!NAME.test(name)) throw new Error(`"${name}" is not a gcfg name: use lower-case letters, digits and hyphens.`);
  return name;
}
