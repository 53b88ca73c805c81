import type {
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  DiffResult,
  ReadRequest,
  ReadResult,
  ResourceProvider,
  UpdateRequest,
} from "../../../providers/base/provider";
import { detailedInputDiff } from "../../../engine/diff";
import { UNKNOWN } from "../../../providers/base/values";
import type { PropertyMap } from "../../../providers/base/values";

/**
 * A provider whose objects live in a map: type `test:index:Thing`. The id is the input `key` (or the logical name), a
 * change of `key` replaces, the output `made` counts creations, and `on` lets a test watch or fail any call.
 */
export class MemoryWorld {
  readonly objects = new Map<string, PropertyMap>();
  readonly calls: string[] = [];
  deleteBeforeReplace = false;
  made = 0;
  on: (call: string) => void | Promise<void> = () => undefined;
  onConfigure: (config: PropertyMap) => void = () => undefined;

  readonly factory = (): ResourceProvider => ({
    checkConfig: async ({ inputs }) => ({ inputs, failures: [] }),
    diffConfig: async ({ oldInputs, inputs }) => ({
      changes: true,
      diffs: [],
      replaces: oldInputs["place"] === inputs["place"] ? [] : ["place"],
    }),
    configure: async (config) => {
      this.onConfigure(config);
      await this.call("configure");
    },
    check: async ({ inputs }) => ({
      inputs,
      failures: inputs["wrong"] === undefined ? [] : [{ property: "wrong", reason: "this is never right" }],
    }),
    diff: async (request) => this.diff(request),
    create: async (request) => this.create(request),
    read: async (request) => this.read(request),
    update: async (request) => this.update(request),
    delete: async (request) => this.delete(request),
    invoke: async ({ args }) => {
      await this.on("invoke");
      return { result: { echo: args }, failures: [] };
    },
    identify: ({ inputs, name }) => ({ kind: "id", id: idOf(inputs, name) }),
    close: async () => undefined,
  });

  private async call(name: string): Promise<void> {
    this.calls.push(name);
    await this.on(name);
  }

  private diff({ oldInputs, inputs }: DiffRequest): DiffResult {
    const detailedDiff = detailedInputDiff(oldInputs, inputs);
    const diffs = Object.keys(detailedDiff);
    const replaces = diffs.filter((key) => key === "key");
    return {
      ...{ changes: diffs.length > 0, diffs, replaces, deleteBeforeReplace: this.deleteBeforeReplace },
      ...(diffs.length > 0 && { detailedDiff }),
    };
  }

  private async create({ inputs, name, preview }: CreateRequest): Promise<{ id: string; outputs: PropertyMap }> {
    if (preview) return { id: "", outputs: { ...inputs, made: UNKNOWN } };
    const id = idOf(inputs, name);
    await this.call(`create ${id}`);
    const outputs = { ...inputs, made: ++this.made };
    this.objects.set(id, outputs);
    await this.on(`created ${id}`);
    return { id, outputs };
  }

  private async read({ id }: ReadRequest): Promise<ReadResult | undefined> {
    await this.call(`read ${id}`);
    const outputs = this.objects.get(id);
    if (outputs === undefined) return undefined;
    const { made: _made, ...inputs } = outputs;
    return { id, inputs, outputs };
  }

  private async update({ id, inputs, oldOutputs, preview }: UpdateRequest): Promise<{ outputs: PropertyMap }> {
    const outputs = { ...inputs, made: oldOutputs["made"] ?? null };
    if (preview) return { outputs };
    await this.call(`update ${id}`);
    this.objects.set(id, outputs);
    return { outputs };
  }

  private async delete({ id }: DeleteRequest): Promise<void> {
    await this.call(`delete ${id}`);
    this.objects.delete(id);
  }
}

function idOf(inputs: PropertyMap, name: string): string {
  return typeof inputs["key"] === "string" ? inputs["key"] : name;
}
