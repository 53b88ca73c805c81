import { serve } from "../providers/base/serve";
import { builtinProviders } from "../providers";
import { createFileProvider } from "./world";

/** Serves one of our providers as the plugin `pulumi-resource-<name>`; `test` works on the file CONFORMANCE_WORLD. */
export async function servePlugin(name: string): Promise<void> {
  const factory = name === "test" ? () => createFileProvider(worldFile()) : builtinProviders.get(name);
  if (factory === undefined) throw new Error(`there is no built-in provider "${name}"`);
  await serve(factory, { name, version: "1.0.0" });
}

function worldFile(): string {
  const file = process.env["CONFORMANCE_WORLD"];
  if (file === undefined) throw new Error("CONFORMANCE_WORLD does not name the file of the world");
  return file;
}
