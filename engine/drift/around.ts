import { EMPTY_INVENTORY } from "../../providers/base/inventory";
import type { DeclaredResource, Inventory, UndeclaredObject } from "../../providers/base/inventory";
import { shellWord, visible } from "../../providers/base/shell-word";
import type { Context } from "../context";
import { messageOf } from "../errors";
import type { ResourceState, Snapshot } from "../resource-state";
import { declaredResources } from "./declared";
import { objectName } from "./finding";
import type { Finding, NotChecked, StackDrift, StackName, Unknown } from "./finding";

/** What became known of one resource. */
export interface Looked {
  readonly state: ResourceState;
  readonly readable: boolean;
  readonly findings: readonly Finding[];
  readonly unknown: readonly Unknown[];
}

interface Around extends Pick<StackDrift, "findings" | "unknown" | "notCheckable"> {
  /** False for a difference that another resource declares. */
  readonly stands: (finding: Finding) => boolean;
}

/** What each provider finds around the resources that it could read. */
export async function lookAround(
  ctx: Context,
  looked: readonly Looked[],
  { snapshot, elsewhere }: { readonly snapshot: Snapshot; readonly elsewhere: readonly DeclaredResource[] },
  of: StackName,
): Promise<Around> {
  const pending = snapshot.pendingOperations.map(({ resource }) => resource);
  const own = declaredResources([...snapshot.resources, ...pending]);
  const declared = [...own, ...elsewhere];
  const readable = new Set(looked.filter((each) => each.readable).map(({ state }) => state.urn));
  const refs = [...new Set(looked.filter((each) => each.readable).map(({ state }) => state.provider ?? ""))];
  const inventories = await Promise.all(
    refs.map(async (ref): Promise<Inventory> => {
      const urns = new Set(looked.filter(({ state }) => state.provider === ref).map(({ state }) => state.urn));
      const resources = own.filter(({ urn }) => urns.has(urn) && readable.has(urn));
      try {
        const { provider } = await ctx.providers.instance(ref);
        return (await provider.inventory?.({ resources, declared })) ?? EMPTY_INVENTORY;
      } catch (error) {
        const object = `what nobody declared, by ${ref.slice(0, ref.lastIndexOf("::"))}`;
        return { ...EMPTY_INVENTORY, failures: [{ object, reason: messageOf(error) }] };
      }
    }),
  );
  const explained = new Set(
    inventories.flatMap((each) => each.explained ?? []).map(({ urn, path }) => `${urn}\n${path}`),
  );
  const names = new Map(looked.map(({ state }) => [state.urn, objectName(state)]));
  return {
    stands: ({ urn = "", path }) => !explained.has(`${urn}\n${path}`),
    findings: inventories.flatMap(({ undeclared }) => undeclared).map((object) => undeclaredFinding(object, of)),
    unknown: inventories.flatMap(({ failures }) => failures).map((failure) => ({ ...of, ...failure })),
    notCheckable: inventories
      .flatMap(({ notCheckable }) => notCheckable)
      .map((each): NotChecked => ({ ...of, ...each, object: names.get(each.urn) ?? each.urn })),
  };
}

function undeclaredFinding(object: UndeclaredObject, of: StackName): Finding {
  const { kind, name, place, found, severity, remove } = object;
  const taken = object.import;
  return {
    ...of,
    ...{ kind: "undeclared", object: visible(`${kind} ${name}`), place, path: "", severity },
    ...{ declared: null, actual: visible(found) },
    repair: {
      ...{ by: "hand", ...remove },
      ...(taken !== undefined && { import: importCommand(taken, of.stack) }),
    },
  };
}

function importCommand({ type, name, id }: NonNullable<UndeclaredObject["import"]>, stack: string): string {
  return ["groundwork", "import", type, name, id, "--stack", stack].map(shellWord).join(" ");
}
