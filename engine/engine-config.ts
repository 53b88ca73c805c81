import { UnsupportedError } from "./errors";
import type { StackConfig } from "./operation";

/** Keys of a stack's configuration that speak to the engine itself. Source: Pulumi's documentation of configuration. */
const DISABLED = "pulumi:disable-default-providers";
const AUTONAMING = "pulumi:autonaming";

/** @throws UnsupportedError for what would change results, and is not done here */
export function refuseUnknownDemands({ values }: StackConfig): void {
  if (values.has(AUTONAMING)) throw new UnsupportedError("the stack's configuration", AUTONAMING);
}

/** @throws Error where the configuration wants explicit providers for the package */
export function refuseDisabledDefault({ values }: StackConfig, packageName: string): void {
  // The engine's own package has no provider that somebody could declare.
  if (packageName === "pulumi") return;
  const names = disabled(values.get(DISABLED) ?? "");
  if (!names.includes("*") && !names.includes(packageName)) return;
  throw new Error(
    `the default provider of the package "${packageName}" is disabled by ${DISABLED}; ` +
      "declare a provider and pass it in the option provider",
  );
}

function disabled(text: string): readonly string[] {
  if (text === "") return [];
  const names = parse(text);
  if (Array.isArray(names) && names.every((name) => typeof name === "string")) return names;
  throw new Error(`${DISABLED} is not a list of package names; write it as ["*"] or ["random"]`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
