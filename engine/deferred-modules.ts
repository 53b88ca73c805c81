import { createRequire, Module } from "node:module";

/**
 * Two packages take two thirds of the time that loading Pulumi's SDK takes, and serve only the serialization of functions
 * (dynamic providers): TypeScript's compiler and npm's tree reader. They are loaded when something in them is used.
 */
export function deferHeavyModules(projectRequire: NodeJS.Require): void {
  const sdk = createRequire(projectRequire.resolve("@pulumi/pulumi/package.json"));
  // Old versions of the SDK have not all of them.
  for (const name of ["@pulumi/pulumi/typescript-shim", "@npmcli/arborist"]) {
    const path = tryResolve(name.startsWith("@pulumi/") ? projectRequire : sdk, name);
    if (path !== undefined) defer(projectRequire, path);
  }
}

function tryResolve(require: NodeJS.Require, name: string): string | undefined {
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
}

function defer(projectRequire: NodeJS.Require, filename: string): void {
  const { cache } = projectRequire;
  if (cache[filename] !== undefined) return;
  let loaded: object | undefined;
  const load = (): object => {
    if (loaded === undefined) {
      delete cache[filename];
      loaded = projectRequire(filename) as object;
    }
    return loaded;
  };
  const standIn = new Module(filename);
  standIn.filename = filename;
  standIn.loaded = true;
  standIn.exports = new Proxy(function () {}, {
    // Asked of every module by the helpers of compiled code, before anything in it is used.
    get: (_target, name) => (name === "__esModule" ? undefined : Reflect.get(load(), name)),
    has: (_target, name) => Reflect.has(load(), name),
    construct: (_target, args) => Reflect.construct(load() as new () => object, args),
    apply: (_target, self, args) => Reflect.apply(load() as () => unknown, self, args),
  });
  cache[filename] = standIn;
}
