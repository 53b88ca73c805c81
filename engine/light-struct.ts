import type { JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";

type StructClass = typeof Struct;
type Fields = ReturnType<Struct["getFieldsMap"]>;

/** A struct made of a JavaScript value without its parts being made. */
export type MakeStruct = (value: Record<string, JavaScriptValue>) => Struct;

/**
 * Makes Structs that hold the JavaScript value as it is and become protobuf's maps of objects only for whoever looks into
 * them or serializes them. Between a program and the engine in one process nobody does, and the maps are a third of all
 * that a run allocates. The value must not change any more.
 */
export function lightStructs(Class: StructClass): MakeStruct {
  const make = Class.fromJavaScript.bind(Class);
  class LightStruct extends Class {
    private full: Struct | undefined;

    constructor(private readonly value: Record<string, JavaScriptValue>) {
      super();
    }

    override toJavaScript(): Record<string, JavaScriptValue> {
      return this.full === undefined ? this.value : this.full.toJavaScript();
    }

    override getFieldsMap(): Fields {
      this.full ??= make(this.value);
      return this.full.getFieldsMap();
    }
  }
  return (value) => new LightStruct(value);
}

/** Lets a copy of the library make light Structs; returns what ends that. */
export function makeStructsLight(library: { Struct: StructClass }): () => void {
  const { Struct: Class } = library;
  const before = Class.fromJavaScript;
  Class.fromJavaScript = lightStructs(Class);
  return () => {
    Class.fromJavaScript = before;
  };
}
