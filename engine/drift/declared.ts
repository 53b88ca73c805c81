import type { DeclaredResource } from "../../providers/base/inventory";
import type { PropertyMap } from "../../providers/base/values";
import { providerConfig } from "../provider-host";
import { isProviderType } from "../urn";

/** What is needed of an entry of a state, opened or as the state file has it. */
interface Entry {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: PropertyMap;
  readonly outputs?: PropertyMap;
  readonly provider?: string;
  readonly ignoreChanges?: readonly string[];
}

/** The resources of a state that providers serve, each with the configuration of its provider. */
export function declaredResources(entries: readonly Entry[]): readonly DeclaredResource[] {
  const configs = new Map(
    entries
      .filter(({ type }) => isProviderType(type))
      .map(({ urn, id = "", inputs = {} }) => [`${urn}::${id}`, providerConfig(inputs)]),
  );
  return entries.flatMap(({ urn, type, id = "", inputs = {}, outputs = {}, provider, ignoreChanges = [] }) => {
    const config = provider === undefined ? undefined : configs.get(provider);
    return config === undefined ? [] : [{ urn, type, id, inputs, outputs, config, ignoreChanges }];
  });
}
