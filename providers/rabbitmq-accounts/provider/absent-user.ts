import type { ResourceSpec } from "../../base/bridge-spec";
import type { Management } from "../../rabbitmq/management";
import { readUser, userPath } from "../../rabbitmq/user";
import { text } from "../../rabbitmq/values";

/**
 * A broker user that must not exist. The resource exists while the user does not: when somebody makes the user again,
 * a refresh finds the resource gone and the next update deletes the user anew. Nothing brings the user back.
 */
export const ABSENT_USER: ResourceSpec<Management> = {
  fields: {
    user: { type: "string", required: true, forceNew: true },
    /** Whether there was a user to delete. */
    wasPresent: { type: "bool", outputOnly: true },
  },
  id: (inputs) => text(inputs.user),

  async create(client, inputs) {
    const user = text(inputs.user);
    if (user === client.username) {
      throw new Error(
        `user "${user}" is the account by which ${client.endpoint} is reached, and would be deleted: ` +
          "use another account for the provider, or leave AbsentUser out",
      );
    }
    const wasPresent = (await readUser(client, user)) !== undefined;
    await client.delete(userPath(user));
    return { state: { wasPresent } };
  },

  async read(client, id, known) {
    if (await readUser(client, id)) return undefined;
    return { user: id, wasPresent: known?.wasPresent === true };
  },

  // The only property replaces.
  update: async () => undefined,

  delete: async (_client, id, state) =>
    state["wasPresent"] === true ? [`the broker user "${id}" was deleted and is not made again`] : [],
};
