import { isPropertyMap, reveal, type PropertyMap } from "../../base/values";
import type { ServiceManager } from "./context";
import { declaredItems, keyOf } from "./items";
import { encode, phases, quote, type Outcome } from "./script";

/** A declared handler. */
export interface Handler {
  readonly name: string;
  readonly action?: "reload" | "restart";
  readonly unit?: string;
  readonly command?: string;
  /** Absent: any path of the set. */
  readonly paths?: readonly string[];
}

function declaredHandlers(inputs: PropertyMap): readonly Handler[] {
  const declared = reveal(inputs["handlers"] ?? []);
  return (Array.isArray(declared) ? declared : []).filter(isPropertyMap) as unknown as Handler[];
}

/** What an update runs: the declared handlers and, for paths that it takes away, those that were declared for them. */
export function handlersOf(inputs: PropertyMap, oldInputs: PropertyMap = {}): readonly Handler[] {
  const kept = new Set(declaredItems(inputs).items.map(({ id }) => id));
  const gone = declaredItems(oldInputs).items.filter(({ id }) => !kept.has(id));
  const former = new Map(
    declaredHandlers(oldInputs).map((handler): [string, Handler] => {
      const paths = gone.map(({ path }) => path).filter((path) => handler.paths?.includes(path) ?? true);
      return [handler.name, { ...handler, paths }];
    }),
  );
  const present = declaredHandlers(inputs).map((handler): Handler => {
    const { paths: formerPaths = [] } = former.get(handler.name) ?? {};
    former.delete(handler.name);
    return handler.paths === undefined ? handler : { ...handler, paths: [...handler.paths, ...formerPaths] };
  });
  return [...present, ...[...former.values()].filter(({ paths = [] }) => paths.length > 0)];
}

/** `handlers PHASE` runs a phase of `host.sh` for each handler. A deletion wakes no unit that does not run. */
export function handlerPhases(handlers: readonly Handler[], services: ServiceManager, deletion = false): string {
  const calls = handlers.map(({ name, action = "reload", unit = "", command, paths = [] }) => {
    const act = `${services[action]} ${quote(unit)}`;
    const text = command ?? (deletion ? `! ${services.running} ${quote(unit)} || ${act}` : act);
    return [quote(name), encode(text), ...paths.map(keyOf)];
  });
  return phases("handlers", calls);
}

/** What handlers that failed are told as, by name: `host db1: handler tls (reload of postgresql) failed with …`. */
export function failedHandlers(handlers: readonly Handler[], { host, ended }: Outcome): ReadonlyMap<string, string> {
  const failed = [...ended].flatMap(([name, failure]): [string, string][] => {
    const { action, unit } = handlers.find((handler) => handler.name === name) ?? {};
    const subject = unit === undefined ? name : `${name} (${action} of ${unit})`;
    return failure === undefined ? [] : [[name, `host ${host}: handler ${subject} ${failure}`]];
  });
  return new Map(failed);
}
