import { detailedInputDiff } from "../../../engine/diff";
import { InitError } from "../../../providers/base/provider";
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
import { UNKNOWN } from "../../../providers/base/values";
import type { PropertyMap } from "../../../providers/base/values";

export type FaultMode =
  /** The call fails and nothing has happened. */
  | "before"
  /** What was asked for happens, and then the call fails. */
  | "after"
  /** The object is there, but not well (`InitError`). */
  | "half";

/** One call that goes wrong, once. `name` is the logical name of the resource. */
export interface Fault {
  readonly method: "configure" | "check" | "diff" | "create" | "read" | "update" | "delete";
  readonly name: string;
  readonly mode: FaultMode;
}

/**
 * What a random program works on: objects by `<place>/<id>`. The id is the input `key`; a change of `key` or `within`
 * replaces. An object that is `within` another goes with it. Creating what exists and deleting what is gone succeed,
 * as providers are to make them.
 */
export class FuzzWorld {
  readonly objects = new Map<string, PropertyMap>();
  /** Objects of whose creation or deletion the engine was told something that is not true. */
  readonly misreported = new Set<string>();
  faults: Fault[] = [];
  /** Nothing takes effect any more: the process that asks is dead. */
  frozen = false;
  deleteBeforeReplace = false;
  mutations: string[] = [];
  onCall: () => void = () => undefined;
  /** Something has just been created, updated or deleted. */
  onEffect: () => void = () => undefined;
  private made = 0;

  readonly factory = (): ResourceProvider => {
    let place = "";
    const at = (id: string): string => `${place}/${id}`;
    return {
      checkConfig: async ({ inputs }) => ({ inputs, failures: [] }),
      diffConfig: async ({ oldInputs, inputs }) => ({
        ...{ changes: true, diffs: [] },
        replaces: oldInputs["place"] === inputs["place"] ? [] : ["place"],
      }),
      configure: async (inputs) => {
        place = String(inputs["place"] ?? "");
        await this.call("configure", place);
      },
      check: ({ inputs, name }) => this.call("check", name, () => ({ inputs, failures: [] })),
      diff: (request) => this.call("diff", request.name, () => this.diff(request)),
      create: (request) => this.create(request, at),
      read: (request) => this.read(request, at),
      update: (request) => this.update(request, at),
      delete: (request) => this.delete(request, at),
      invoke: async () => ({ result: {}, failures: [] }),
      identify: ({ inputs }) => ({ kind: "id", id: idOf(inputs) }),
      close: async () => undefined,
    };
  };

  private diff({ oldInputs, inputs }: DiffRequest): DiffResult {
    const detailedDiff = detailedInputDiff(oldInputs, inputs);
    const diffs = [...new Set(Object.keys(detailedDiff).map((path) => path.split(/[.[]/)[0] ?? path))];
    const replaces = diffs.filter((key) => key === "key" || key === "within");
    const { deleteBeforeReplace } = this;
    return { changes: diffs.length > 0, diffs, replaces, deleteBeforeReplace, detailedDiff };
  }

  private async create({ inputs, name, preview }: CreateRequest, at: Address) {
    const id = idOf(inputs);
    if (preview) return { id: "", outputs: { ...inputs, made: UNKNOWN, at: at(id) } };
    const outputs = { ...inputs, made: 0, at: at(id) };
    return this.call("create", name, (mode) => {
      outputs.made = ++this.made;
      this.objects.set(at(id), outputs);
      this.note(`create ${at(id)}`);
      if (mode === "after") this.misreported.add(at(id));
      if (mode === "half") throw new InitError(id, outputs, ["it is not well"]);
      return { id, outputs };
    });
  }

  private read({ id, name }: ReadRequest, at: Address): Promise<ReadResult | undefined> {
    return this.call("read", name, () => {
      const outputs = this.objects.get(at(id));
      if (outputs === undefined) return undefined;
      const { made: _made, at: _at, ...inputs } = outputs;
      return { id, inputs, outputs };
    });
  }

  private async update({ id, inputs, oldOutputs, preview, name }: UpdateRequest, at: Address) {
    const outputs = { ...inputs, made: oldOutputs["made"] ?? null, at: at(id) };
    if (preview) return { outputs };
    return this.call("update", name, (mode) => {
      if (!this.objects.has(at(id))) throw new Error(`${at(id)} does not exist`);
      this.objects.set(at(id), outputs);
      this.note(`update ${at(id)}`);
      if (mode === "after") this.misreported.add(at(id));
      if (mode === "half") throw new InitError(id, outputs, ["it is not well"]);
      return { outputs };
    });
  }

  private delete({ id, name }: DeleteRequest, at: Address): Promise<void> {
    return this.call("delete", name, (mode) => {
      this.remove(at(id));
      this.note(`delete ${at(id)}`);
      if (mode === "after") this.misreported.add(at(id));
    });
  }

  private note(mutation: string): void {
    this.mutations.push(mutation);
    this.onEffect();
  }

  remove(address: string): void {
    this.objects.delete(address);
    for (const [other, { within }] of [...this.objects]) {
      const place = other.slice(0, other.indexOf("/") + 1);
      if (typeof within === "string" && place + within === address) this.remove(other);
    }
  }

  private async call<T>(method: Fault["method"], name: string, effect?: (mode?: FaultMode) => T): Promise<T> {
    this.onCall();
    await new Promise((resolve) => setImmediate(resolve));
    if (this.frozen) throw new Error("nobody is there any more");
    const index = this.faults.findIndex((fault) => fault.method === method && fault.name === name);
    const [fault] = index < 0 ? [] : this.faults.splice(index, 1);
    if (fault?.mode === "before") throw new Error(`${method} of ${name} goes wrong`);
    const result = effect?.(fault?.mode) as T;
    if (fault !== undefined) throw new Error(`${method} of ${name} goes wrong at its end`);
    return result;
  }
}

type Address = (id: string) => string;

function idOf(inputs: PropertyMap): string {
  return String(inputs["key"]);
}
