import { fileURLToPath } from "node:url";
import { mapSourcePosition } from "source-map-support";

interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Constructors of the SDK and of the resource's own class above the line that declares it, and this function. */
const FRAMES_ABOVE = 5;

/** A program declares most of its resources at few places. */
const mapped = new Map<string, Position>();

/**
 * Stands in for the SDK's `Resource.callsites`, which takes down and translates the whole stack of each resource: half the
 * cost of a program. Only the frame that declares the resource is wanted, at the place where the SDK looks for it.
 */
export function declaringCallsite(): (Position | object)[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.stackTraceLimit = FRAMES_ABOVE + 1;
  Error.prepareStackTrace = (_error, sites) => sites;
  const sites = new Error().stack as unknown as NodeJS.CallSite[];
  Error.prepareStackTrace = prepareStackTrace;
  Error.stackTraceLimit = stackTraceLimit;
  const position = sites[FRAMES_ABOVE] && positionOf(sites[FRAMES_ABOVE]);
  return position === undefined ? [] : [...Array.from({ length: FRAMES_ABOVE }, () => ({})), position];
}

function positionOf(site: NodeJS.CallSite): Position | undefined {
  const [source, line, column] = [site.getFileName(), site.getLineNumber(), site.getColumnNumber()];
  if (!source || line === null || column === null || source.startsWith("node:")) return undefined;
  const key = `${source}:${line}:${column}`;
  const known = mapped.get(key);
  if (known !== undefined) return known;
  // The library counts columns from 0, V8 from 1.
  const position = mapSourcePosition({ source, line, column: column - 1 });
  const found = { file: pathOf(position.source), line: position.line, column: position.column + 1 };
  mapped.set(key, found);
  return found;
}

/** ES modules are known by address. */
function pathOf(source: string): string {
  return source.startsWith("file:") ? fileURLToPath(source.replace(/\?.*/, "")) : source;
}
