import type { ResourceSpec } from "../../base/bridge-spec";
import type { Management } from "../../rabbitmq/management";
import { readUser, tagsOf, userPath, type LiveUser } from "../../rabbitmq/user";
import { text, texts } from "../../rabbitmq/values";

/** A PUT replaces the whole user; what is not a tag goes back as it was read, so the password stays. */
async function putTags(client: Management, user: LiveUser, tags: readonly string[]): Promise<void> {
  const { password_hash, hashing_algorithm } = user;
  await client.put(userPath(user.name), { password_hash, hashing_algorithm, tags: tags.join(",") });
}

async function demandUser(client: Management, name: string): Promise<LiveUser> {
  const user = await readUser(client, name);
  if (user) return user;
  throw new Error(
    `user "${name}" does not exist on ${client.endpoint}: UserTags declares the tags of an existing account, ` +
      "create it first or check the name",
  );
}

/** Whoever manages the broker by this account must not lose the right to do so. */
function refuseLockout(client: Management, name: string, tags: readonly string[]): void {
  if (name !== client.username || tags.includes("administrator")) return;
  throw new Error(
    `user "${name}" is the account by which ${client.endpoint} is reached, and could no longer manage it: ` +
      'keep the tag "administrator"',
  );
}

/** The tags of an account that is neither created nor deleted here; destroy puts back those that were found. */
export const USER_TAGS: ResourceSpec<Management> = {
  fields: {
    user: { type: "string", required: true, forceNew: true },
    tags: { type: "set", required: true },
    previousTags: { type: "set", outputOnly: true },
  },
  id: (inputs) => text(inputs.user),

  async create(client, inputs) {
    const [name, tags] = [text(inputs.user), texts(inputs.tags)];
    refuseLockout(client, name, tags);
    const user = await demandUser(client, name);
    await putTags(client, user, tags);
    return { state: { previousTags: tagsOf(user) } };
  },

  async read(client, id) {
    const user = await readUser(client, id);
    return user && { user: id, tags: tagsOf(user) };
  },

  async update(client, id, inputs) {
    const tags = texts(inputs.tags);
    refuseLockout(client, id, tags);
    await putTags(client, await demandUser(client, id), tags);
  },

  async delete(client, id, state) {
    const user = await readUser(client, id);
    // Nothing is known of the tags before an import.
    if (user && Array.isArray(state.previousTags)) await putTags(client, user, texts(state.previousTags));
  },
};
