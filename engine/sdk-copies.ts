/** Where a copy of the SDK looks for its store. */
interface StoreHolder {
  asyncLocalStorage?: { getStore(): unknown } | undefined;
}

/** The module that holds an older copy's own; newer ones share a global variable. */
const STATE_MODULE = /[\\/]@pulumi[\\/]pulumi[\\/]runtime[\\/]state\.js$/;

/**
 * Has every copy of the SDK that a program loads use one store, and so one engine: a package may bring a copy of another
 * version than the program's, and a copy without an engine registers nothing and says nothing. Returns what ends that.
 *
 * The SDK finds its store through an AsyncLocalStorage, which makes every promise of this process, the engine's own among
 * them, slower and larger. One program runs at a time, so whoever asks meanwhile means that one's store.
 */
export function shareStore({ cache, extensions }: NodeJS.Require, store: object): () => void {
  const leave: (() => void)[] = [];
  const enter = (holder: StoreHolder): void => {
    const before = holder.asyncLocalStorage;
    if (before === undefined) return;
    holder.asyncLocalStorage = { getStore: () => store };
    leave.push(() => (holder.asyncLocalStorage = before));
  };
  enter(globalThis as StoreHolder);
  const loaded = Object.values(cache).filter((module) => module !== undefined && STATE_MODULE.test(module.filename));
  for (const module of loaded) enter(module?.exports as StoreHolder);
  const load = extensions[".js"];
  extensions[".js"] = (module, filename) => {
    const hadGlobal = "asyncLocalStorage" in globalThis;
    load(module, filename);
    if (!STATE_MODULE.test(filename)) return;
    enter(module.exports as StoreHolder);
    if (!hadGlobal) enter(globalThis as StoreHolder);
  };
  leave.push(() => (extensions[".js"] = load));
  return () => leave.reverse().forEach((each) => each());
}
