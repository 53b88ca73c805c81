type Compiler = (...args: unknown[]) => Promise<unknown>;

/** Its declarations are in TypeScript's library for browsers alone. */
const { WebAssembly } = globalThis as unknown as { WebAssembly: Record<"compile" | "instantiate", Compiler> };

let running = 0;
let isWatched = false;

/**
 * Has compilations of WebAssembly counted in this process: Node.js does not list them among what keeps it alive, and the
 * first `fetch` of a process has one.
 */
export function watchCompilations(): void {
  if (isWatched) return;
  isWatched = true;
  for (const name of ["compile", "instantiate"] as const) {
    const compiler = WebAssembly[name];
    WebAssembly[name] = (...args) => counted(compiler(...args));
  }
}

/** How many there are at the moment. */
export function compilations(): number {
  return running;
}

function counted<T>(compiling: Promise<T>): Promise<T> {
  running++;
  const end = (): void => void running--;
  compiling.then(end, end);
  return compiling;
}
