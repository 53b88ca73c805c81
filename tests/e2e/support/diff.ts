/** A resource as `--diff` shows it: what is done to it, and the lines about its properties. */
export interface Shown {
  readonly op: string;
  readonly urn: string;
  readonly properties: string;
}

const HEADER = /^ *(?:[~+-]+ )?\S+: \((\w+)\)$/;
const FACT = /^ *\[(id|urn|provider)=(.*)\]$/;

/** The resources that a display by `--diff` shows, in its order, without the stack itself. */
export function shownResources(text: string): Shown[] {
  const shown: { op: string; urn: string; properties: string }[] = [];
  for (const line of text.slice(0, text.indexOf("\nResources:")).split("\n")) {
    const [, op] = HEADER.exec(line) ?? [];
    const [, fact, value = ""] = FACT.exec(line) ?? [];
    const last = shown.at(-1);
    if (op !== undefined) shown.push({ op, urn: "", properties: "" });
    else if (last === undefined) continue;
    else if (fact === "urn") last.urn = value;
    else if (fact === undefined) last.properties += `${line.trim()}\n`;
  }
  return shown.filter(({ urn }) => !urn.includes("::pulumi:pulumi:Stack::"));
}
