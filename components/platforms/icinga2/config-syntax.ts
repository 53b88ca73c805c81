/** A value of Icinga's configuration language: text is quoted, a duration and the name of a constant are not. */
export type ConfigValue =
  string | number | boolean | { readonly constant: string } | { readonly duration: string } | readonly string[];

/** `object Zone "master" { … }`, attributes in order; undefined ones are left out. */
export function renderObject(
  type: string,
  name: string,
  attributes: Readonly<Record<string, ConfigValue | undefined>>,
): string {
  const lines = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [`  ${key} = ${renderValue(value)}\n`],
  );
  const body = lines.length === 0 ? " " : `\n${lines.join("")}`;
  return `object ${type} ${quoted(name)} {${body}}\n`;
}

/** `const NodeName = "master1"` */
export function renderConstant(name: string, value: string): string {
  return `const ${name} = ${quoted(value)}\n`;
}

function renderValue(value: ConfigValue): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if ("constant" in value) return value.constant;
  if ("duration" in value) return value.duration;
  return value.length === 0 ? "[ ]" : `[ ${value.map(quoted).join(", ")} ]`;
}

/**
 * A string literal. Source: Icinga 2's documentation, "Language Reference", "String Literals Escape Sequences".
 *
 * @throws Error for text that is not on one line
 */
function quoted(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what this looks for
  if (/[\x00-\x1f\x7f]/.test(text)) throw new Error("Text of Icinga's configuration is one line of printable text.");
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}
