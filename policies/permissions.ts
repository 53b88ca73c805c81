import { type Pattern, commonName, readPattern } from "./patterns";
import { type Subject, map, text } from "./subject";

export const RIGHTS = ["configure", "write", "read"] as const;

export interface Permission {
  readonly right: (typeof RIGHTS)[number];
  readonly pattern: Pattern;
}

const read = new Map<string, Pattern>();

/** The expressions of a Permissions resource that are known. */
export function permissionsOf({ inputs }: Subject): readonly Permission[] {
  const permissions = map(inputs["permissions"]);
  return RIGHTS.flatMap((right) => {
    const source = text(permissions[right]);
    if (source === undefined) return [];
    const pattern = read.get(source) ?? readPattern(source);
    read.set(source, pattern);
    return [{ right, pattern }];
  });
}

/**
 * What of the one's names is among the other's; a pattern that cannot be judged may reach all.
 *
 * @param shared exchanges that the one may write to and read from, not change
 */
export function reachOf(
  own: readonly Permission[],
  others: readonly Permission[],
  shared: readonly Pattern[],
): readonly string[] {
  return own.flatMap(({ right, pattern }) =>
    others.flatMap((other) => {
      const refused = [pattern, other.pattern].find(({ kind }) => kind === "refused");
      if (refused !== undefined) return [`may ${right} what ${refused.source} matches, which cannot be judged`];
      const name = commonName(pattern, other.pattern, right === "configure" ? [] : shared);
      return name === undefined ? [] : [`may ${right} ${name === "" ? "the default exchange" : name}`];
    }),
  );
}
