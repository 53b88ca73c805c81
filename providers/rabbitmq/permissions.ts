import type { PropertyMap } from "../base/values";
import type { Management } from "./management";
import { scopedResource } from "./scoped";
import { block, blocks, text } from "./values";

const TEXT = { type: "string", required: true } as const;

interface LivePermissions {
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

function declarePermissions(inputs: PropertyMap): object {
  const { configure, write, read } = block(inputs.permissions);
  return { configure: text(configure), write: text(write), read: text(read) };
}

/**
 * The broker itself gives whoever makes a vhost permissions on it, so permissions that exist are taken over and not
 * refused as a user or a vhost is.
 */
export const PERMISSIONS = scopedResource<LivePermissions>({
  kind: "permissions",
  collection: "permissions",
  nameField: "user",
  fields: {
    permissions: {
      type: "list",
      required: true,
      maxItemsOne: true,
      element: { configure: TEXT, write: TEXT, read: TEXT },
    },
  },
  declare: declarePermissions,
  describe: ({ configure, write, read }) => ({ permissions: { configure, write, read } }),
});

interface LiveTopicPermissions {
  readonly exchange: string;
  readonly write: string;
  readonly read: string;
}

function declareTopic({ exchange, write, read }: PropertyMap): object {
  return { exchange: text(exchange), write: text(write), read: text(read) };
}

/** One PUT an exchange; to take one away the API can only clear all at once. */
async function writeTopics(
  client: Management,
  path: string,
  inputs: PropertyMap,
  state: PropertyMap = {},
): Promise<void> {
  const wanted = blocks(inputs.permissions);
  const kept = new Set(wanted.map(({ exchange }) => text(exchange)));
  if (blocks(state.permissions).some(({ exchange }) => !kept.has(text(exchange)))) await client.delete(path);
  for (const permission of wanted) await client.put(path, declareTopic(permission));
}

export const TOPIC_PERMISSIONS = scopedResource<readonly LiveTopicPermissions[]>({
  kind: "topic permissions",
  collection: "topic-permissions",
  nameField: "user",
  fields: {
    permissions: { type: "set", required: true, element: { exchange: TEXT, write: TEXT, read: TEXT } },
  },
  declare: declareTopic,
  write: writeTopics,
  describe: (live) => ({ permissions: live.map(({ exchange, write, read }) => ({ exchange, write, read })) }),
});
