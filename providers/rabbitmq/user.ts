import type { ResourceSpec } from "../base/bridge-spec";
import type { PropertyMap } from "../base/values";
import { refuseExisting } from "./existing";
import type { Management } from "./management";
import { passwordMatches } from "./password-hash";
import { apiPath, text, texts } from "./values";

/** A user as the management API tells it. */
export interface LiveUser {
  readonly name: string;
  /** A list, before RabbitMQ 3.9 a string with commas. */
  readonly tags: readonly string[] | string;
  /** Base64 of a salt of 4 bytes and the digest; empty for a user that logs in by a certificate alone. */
  readonly password_hash: string;
  readonly hashing_algorithm: string;
}

export function userPath(name: string): string {
  return apiPath("users", name);
}

export function readUser(client: Management, name: string): Promise<LiveUser | undefined> {
  return client.get<LiveUser>(userPath(name));
}

export function tagsOf(user: LiveUser): string[] {
  const tags = typeof user.tags === "string" ? user.tags.split(",") : user.tags;
  return tags.map((tag) => tag.trim()).filter((tag) => tag !== "");
}

function declareUser(inputs: PropertyMap): object {
  return { password: text(inputs.password), tags: texts(inputs.tags).join(",") };
}

/**
 * Another password than the declared one is set (the official provider never looks): what the broker stores of it stands
 * in its place, which is like no password.
 */
function otherPassword(live: LiveUser, declared: string): { password?: string } {
  if (declared === "") return {};
  return passwordMatches(declared, live) === false ? { password: `hash ${live.password_hash}` } : {};
}

export const USER: ResourceSpec<Management> = {
  fields: {
    name: { type: "string", required: true, forceNew: true },
    password: { type: "string", required: true, sensitive: true },
    tags: { type: "list" },
  },
  autoname: "name",
  id: (inputs) => text(inputs.name),

  async create(client, inputs) {
    const name = text(inputs.name);
    await refuseExisting(client, userPath(name), "user", name);
    await client.put(userPath(name), declareUser(inputs));
  },

  async read(client, id, known) {
    const live = await readUser(client, id);
    if (!live) return undefined;
    const tags = tagsOf(live);
    // Tags that were all taken away are a change (the official provider misses it); none asked for and none there is not.
    const told = tags.length > 0 || texts(known?.tags).length > 0;
    return { name: live.name, ...(told && { tags }), ...otherPassword(live, text(known?.password)) };
  },

  update: (client, id, inputs) => client.put(userPath(id), declareUser(inputs)),

  delete: (client, id) => client.delete(userPath(id)),
};
