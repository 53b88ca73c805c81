import type { Management } from "./management";

/**
 * A PUT of the management API takes over whatever has the name already, the password of somebody's user included.
 * A creation must not: what exists is imported or deleted by whoever knows it.
 */
export async function refuseExisting(client: Management, path: string, kind: string, id: string): Promise<void> {
  if ((await client.get(path)) === undefined) return;
  throw new Error(
    `${kind} "${id}" exists already on ${client.endpoint} and is not in this stack: import it ` +
      `(resource option import: ${JSON.stringify(id)}) or delete it first`,
  );
}
