import { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { Struct, Value } from "google-protobuf/google/protobuf/struct_pb";
import { lightStructs, makeStructsLight } from "../../engine/light-struct";

const VALUE = { b: "text", a: [1, { deep: true }, null], c: {} };

describe("a light struct", () => {
  const light = lightStructs(Struct);

  it("gives the value that it was made of", () => {
    expect(light(VALUE).toJavaScript()).toBe(VALUE);
  });

  it("is to whoever looks into it or serializes it what protobuf makes of the value", () => {
    const plain = Struct.fromJavaScript(VALUE);
    expect(Buffer.from(light(VALUE).serializeBinary())).toEqual(Buffer.from(plain.serializeBinary()));
    expect(light(VALUE).toObject()).toEqual(plain.toObject());
    expect(light(VALUE).getFieldsMap().get("b")?.getStringValue()).toBe("text");
  });

  it("shows what was changed in it by way of its map", () => {
    const struct = light({ ...VALUE });
    struct.getFieldsMap().set("d", Value.fromJavaScript(4));
    expect(struct.toJavaScript()).toEqual({ ...VALUE, d: 4 });
  });

  it("goes over the wire inside another message", () => {
    const request = new RegisterResourceRequest().setName("x").setObject(light(VALUE));
    expect(request.getObject()?.toJavaScript()).toBe(VALUE);
    const received = RegisterResourceRequest.deserializeBinary(request.serializeBinary());
    expect(received.getName()).toBe("x");
    expect(received.getObject()?.toJavaScript()).toEqual(VALUE);
  });

  it("is what the library makes between two moments only", () => {
    const end = makeStructsLight({ Struct });
    const nested = Value.fromJavaScript({ inner: VALUE });
    expect(Struct.fromJavaScript(VALUE).toJavaScript()).toBe(VALUE);
    end();
    expect(Struct.fromJavaScript(VALUE).toJavaScript()).not.toBe(VALUE);
    expect(Value.deserializeBinary(nested.serializeBinary()).toJavaScript()).toEqual({ inner: VALUE });
  });
});
