import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import type { Goal } from "./goal";

/** What a child takes from its parent where it does not say otherwise. */
export type Legacy = Pick<Goal, "deletedWith" | "protect" | "retainOnDelete">;

/** What a resource leaves to its children; undefined: nothing. */
export function legacyOf({ deletedWith, protect, retainOnDelete }: Goal): Legacy | undefined {
  if (deletedWith === undefined && protect === undefined && retainOnDelete === undefined) return undefined;
  return {
    ...(deletedWith !== undefined && { deletedWith }),
    ...(protect !== undefined && { protect }),
    ...(retainOnDelete !== undefined && { retainOnDelete }),
  };
}

/**
 * Completes a child's request. It is done here and not by the program's SDK, so that transforms of the parent count.
 * Source: Pulumi's engine, which has these three options of a parent hold for its children.
 */
export function inherit(request: RegisterResourceRequest, { deletedWith, protect, retainOnDelete }: Legacy): void {
  if (deletedWith !== undefined && request.getDeletedwith() === "") request.setDeletedwith(deletedWith);
  if (protect !== undefined && !request.hasProtect()) request.setProtect(protect);
  if (retainOnDelete !== undefined && !request.hasRetainondelete()) request.setRetainondelete(retainOnDelete);
}
