/** An Erlang term by its kind: text is a string (a list of characters) unless it is marked an atom. */
export type ErlangTerm =
  | string
  | number
  | boolean
  | { readonly atom: string }
  | { readonly tuple: readonly ErlangTerm[] }
  | readonly ErlangTerm[];

export const atom = (name: string): ErlangTerm => ({ atom: name });
export const tuple = (...elements: readonly ErlangTerm[]): ErlangTerm => ({ tuple: elements });
/** The usual `{name, value}` of a property list. */
export const property = (name: string, value: ErlangTerm): ErlangTerm => tuple(atom(name), value);

/** The term as `file:consult` reads it, nested lists of tuples on lines of their own. Source: Erlang Reference Manual, "Terms". */
export function renderTerm(term: ErlangTerm, indent = ""): string {
  if (typeof term === "string") return `"${escape(term)}"`;
  if (typeof term === "number" || typeof term === "boolean") return String(term);
  if (isList(term)) return renderList(term, indent);
  if ("atom" in term) return /^[a-z][A-Za-z0-9_@]*$/.test(term.atom) ? term.atom : `'${escape(term.atom, "'")}'`;
  return `{${term.tuple.map((element) => renderTerm(element, indent)).join(", ")}}`;
}

function renderList(list: readonly ErlangTerm[], indent: string): string {
  const nested = list.some((element) => typeof element === "object" && "tuple" in element);
  if (!nested) return `[${list.map((element) => renderTerm(element, indent)).join(", ")}]`;
  const inner = `${indent}  `;
  return `[\n${list.map((element) => inner + renderTerm(element, inner)).join(",\n")}\n${indent}]`;
}

function isList(term: ErlangTerm): term is readonly ErlangTerm[] {
  return Array.isArray(term);
}

function escape(text: string, quote = '"'): string {
  return text.replace(/[\\"'\n]/g, (character) => {
    if (character === "\n") return "\\n";
    return character === "\\" || character === quote ? `\\${character}` : character;
  });
}
