import type { FieldTable, ResourceSpec } from "../base/bridge-spec";
import type { PropertyMap } from "../base/values";
import { findScoped, knownScoped, scopedCandidates, scopedId, type Scoped } from "./ids";
import type { Management } from "./management";
import { apiPath, block, blocks, text } from "./values";

interface LivePermissions {
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

interface LiveTopicPermissions {
  readonly exchange: string;
  readonly write: string;
  readonly read: string;
}

const SCOPE: FieldTable = {
  user: { type: "string", required: true, forceNew: true },
  vhost: { type: "string", forceNew: true, default: "/" },
};

function permissionsPath({ name, vhost }: Scoped): string {
  return apiPath("permissions", vhost, name);
}

function topicPath({ name, vhost }: Scoped): string {
  return apiPath("topic-permissions", vhost, name);
}

function declarePermissions(inputs: PropertyMap): object {
  const { configure, write, read } = block(inputs.permissions);
  return { configure: text(configure), write: text(write), read: text(read) };
}

function scopeOf(inputs: PropertyMap): Scoped {
  return { name: text(inputs.user), vhost: text(inputs.vhost) };
}

/**
 * The broker itself gives whoever makes a vhost permissions on it, so permissions that exist are taken over and not
 * refused as a user or a vhost is.
 */
export const PERMISSIONS: ResourceSpec<Management> = {
  fields: {
    ...SCOPE,
    permissions: {
      type: "list",
      required: true,
      maxItemsOne: true,
      element: {
        configure: { type: "string", required: true },
        write: { type: "string", required: true },
        read: { type: "string", required: true },
      },
    },
  },
  id: (inputs) => scopedId(inputs.user, inputs.vhost),

  create: (client, inputs) => client.put(permissionsPath(scopeOf(inputs)), declarePermissions(inputs)),

  async read(client, id, known) {
    const candidates = scopedCandidates(id, known, "user");
    const live = await findScoped(candidates, (scope) => client.get<LivePermissions>(permissionsPath(scope)));
    if (!live) return undefined;
    const { configure, write, read } = live.found;
    return { user: live.name, vhost: live.vhost, permissions: { configure, write, read } };
  },

  update: (client, id, inputs, state) =>
    client.put(permissionsPath(knownScoped(id, state, "user")), declarePermissions(inputs)),

  delete: (client, id, state) => client.delete(permissionsPath(knownScoped(id, state, "user"))),
};

async function declareTopics(client: Management, path: string, inputs: PropertyMap): Promise<void> {
  for (const { exchange, write, read } of blocks(inputs.permissions)) {
    await client.put(path, { exchange: text(exchange), write: text(write), read: text(read) });
  }
}

export const TOPIC_PERMISSIONS: ResourceSpec<Management> = {
  fields: {
    ...SCOPE,
    permissions: {
      type: "set",
      required: true,
      element: {
        exchange: { type: "string", required: true },
        write: { type: "string", required: true },
        read: { type: "string", required: true },
      },
    },
  },
  id: (inputs) => scopedId(inputs.user, inputs.vhost),

  create: (client, inputs) => declareTopics(client, topicPath(scopeOf(inputs)), inputs),

  async read(client, id, known) {
    const live = await findScoped(scopedCandidates(id, known, "user"), async (scope) => {
      const permissions = await client.get<readonly LiveTopicPermissions[]>(topicPath(scope));
      return permissions?.length ? permissions : undefined;
    });
    if (!live) return undefined;
    const permissions = live.found.map(({ exchange, write, read }) => ({ exchange, write, read }));
    return { user: live.name, vhost: live.vhost, permissions };
  },

  async update(client, id, inputs, state) {
    const path = topicPath(knownScoped(id, state, "user"));
    const wanted = new Set(blocks(inputs.permissions).map(({ exchange }) => text(exchange)));
    // The API can only clear the permissions of all exchanges at once.
    const leaves = blocks(state.permissions).some(({ exchange }) => !wanted.has(text(exchange)));
    if (leaves) await client.delete(path);
    await declareTopics(client, path, inputs);
  },

  delete: (client, id, state) => client.delete(topicPath(knownScoped(id, state, "user"))),
};
