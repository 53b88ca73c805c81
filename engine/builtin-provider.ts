import type { ReadRequest, ReadResult, ResourceProvider } from "../providers/base/provider";
import { containsSecret, reveal } from "../providers/base/values";
import type { PropertyMap } from "../providers/base/values";
import { UnsupportedError } from "./errors";
import { STASH, stash } from "./stash";

const STACK_REFERENCE = "pulumi:pulumi:StackReference";

export type ReadStack = (name: string) => Promise<PropertyMap | undefined>;

/** The engine's own package `pulumi`: a StackReference reads another stack's outputs, a Stash keeps a value. */
export function builtinProvider(readStack: ReadStack | undefined): ResourceProvider {
  const ofStash = <Request extends { urn: string; type: string }, Answer>(answer: (request: Request) => Answer) => {
    return (request: Request): Answer => {
      if (request.type === STASH) return answer(request);
      throw new UnsupportedError(request.urn, request.type);
    };
  };
  return {
    checkConfig: async ({ inputs }) => ({ inputs, failures: [] }),
    diffConfig: async () => ({ changes: false, replaces: [], diffs: [] }),
    configure: async () => undefined,
    read: (request) => (request.type === STASH ? stash.read(request) : readStackReference(request, readStack)),
    ...{ check: ofStash(stash.check), diff: ofStash(stash.diff), delete: ofStash(stash.delete) },
    ...{ create: ofStash(stash.create), update: ofStash(stash.update) },
    invoke: async ({ token }) => {
      throw new UnsupportedError("the program", `the function ${token}`);
    },
    identify: ({ type }) => ({ kind: type === STASH ? "local" : "opaque" }),
    close: async () => undefined,
  };
}

async function readStackReference(request: ReadRequest, readStack: ReadStack | undefined): Promise<ReadResult> {
  const { urn, type, id, inputs = {} } = request;
  if (type !== STACK_REFERENCE) throw new UnsupportedError(urn, type);
  const name = String(reveal(inputs["name"] ?? id));
  const outputs = await readStack?.(name);
  if (outputs === undefined) {
    throw new Error(`there is no stack "${name}" in this backend; name it as <organization>/<project>/<stack>`);
  }
  const secretOutputNames = Object.keys(outputs).filter((key) => containsSecret(outputs[key] ?? null));
  return { id, inputs, outputs: { name, outputs, secretOutputNames } };
}
