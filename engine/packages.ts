import { isPropertyMap } from "../providers/base/values";
import type { PropertyMap } from "../providers/base/values";

/** Which plugin a resource or a function wants; empty texts where any will do. */
export interface PackageRequest {
  readonly name: string;
  readonly version: string;
  /** Where the plugin can be downloaded: for whoever installs it. */
  readonly downloadUrl: string;
}

const URL_KEY = "pluginDownloadURL";

/** `default_1_2_3`, with what is left of the URL in a name. Source: Pulumi's names of default providers. */
export function defaultProviderName({ version, downloadUrl }: PackageRequest): string {
  const parts = downloadUrl.split("/").filter((part) => part !== "");
  const url = parts.map((part) => part.replace(/^[^A-Za-z0-9_.]|[^A-Za-z0-9_.-]/g, "_")).join("/");
  const numbers = version.replace(/[^A-Za-z0-9]/g, "_");
  return ["default", numbers, url].filter((part) => part !== "").join("_");
}

/** What a provider resource keeps of the request, beside its configuration. Source: Pulumi's `__internal`. */
export function requestInputs({ version, downloadUrl }: Omit<PackageRequest, "name">): PropertyMap {
  if (version === "" && downloadUrl === "") return {};
  const internal: PropertyMap = downloadUrl === "" ? {} : { [URL_KEY]: downloadUrl };
  return { ...(version !== "" && { version }), __internal: internal };
}

/** The request that a provider resource was made for. */
export function requestOf(name: string, inputs: PropertyMap): PackageRequest {
  const { version, __internal: internal } = inputs;
  const url = isPropertyMap(internal) ? internal[URL_KEY] : undefined;
  return { name, version: asText(version), downloadUrl: asText(url) };
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}
