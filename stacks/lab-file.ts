import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";

/** What a stack reads of the file that the lab writes; the lab may write more. */
const labFile = z.object({
  ssh: z.object({ user: z.string(), privateKey: z.string() }),
  hosts: z.record(z.string(), z.object({ address: z.string(), port: z.number(), hostKey: z.string() })),
  broker: z.object({ endpoint: z.string(), username: z.string(), password: z.string() }),
  database: z.object({
    host: z.string(),
    port: z.number(),
    username: z.string(),
    password: z.string(),
    version: z.string(),
  }),
});

export type LabFile = z.infer<typeof labFile>;

/**
 * @param path relative to the project
 * @throws Error naming the file and what to run
 */
export function readLabFile(path: string): LabFile {
  const file = resolve(__dirname, "..", path);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === "ENOENT" ? "does not exist" : "cannot be read";
    throw new Error(`the lab's file ${path} ${reason}: bring the lab up with npm start or groundwork lab up`, {
      cause: error,
    });
  }
  const result = labFile.safeParse(content);
  if (!result.success) {
    const places = result.error.issues.map((issue) => issue.path.join(".")).join(", ");
    throw new Error(`the lab's file ${path} is of another version (${places}): make it anew with groundwork lab reset`);
  }
  return result.data;
}
