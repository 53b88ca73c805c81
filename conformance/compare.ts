/** Where two observations differ, one line a place: `steps[1]: "create b" / "same b"` (ours, Pulumi's). */
export function differences(ours: unknown, pulumis: unknown, path = ""): string[] {
  if (JSON.stringify(ours) === JSON.stringify(pulumis)) return [];
  if (
    Array.isArray(ours) &&
    Array.isArray(pulumis) &&
    [...ours, ...pulumis].every((each) => typeof each === "string")
  ) {
    const [mine, theirs] = [ours, pulumis] as [string[], string[]];
    const only = (one: string[], other: string[]): string => without(one, other).join(", ") || "nothing";
    return [`${path}: only ${only(mine, theirs)} / only ${only(theirs, mine)}`];
  }
  if (Array.isArray(ours) && Array.isArray(pulumis) && ours.every(hasUrn) && pulumis.every(hasUrn)) {
    return differences(byUrn(ours), byUrn(pulumis), path);
  }
  if (!isObject(ours) || !isObject(pulumis)) return [`${path}: ${show(ours)} / ${show(pulumis)}`];
  const keys = [...new Set([...Object.keys(ours), ...Object.keys(pulumis)])];
  return keys.flatMap((key) => differences(ours[key], pulumis[key], path === "" ? key : `${path}.${key}`));
}

function without(list: readonly string[], other: readonly string[]): string[] {
  const left = [...other];
  return list.filter((each) => {
    const at = left.indexOf(each);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function hasUrn(value: unknown): value is { urn: string; delete?: boolean } {
  return isObject(value) && typeof value["urn"] === "string";
}

function byUrn(list: readonly { urn: string; delete?: boolean }[]): Record<string, unknown> {
  const name = ({ urn, delete: replaced }: { urn: string; delete?: boolean }) =>
    `${urn.slice(urn.lastIndexOf("::") + 2)}${replaced === true ? " (replaced)" : ""}`;
  return Object.fromEntries(list.map((each) => [name(each), each]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
