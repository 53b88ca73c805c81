/** @jest-environment ./tests/engine/support/real-process-environment.js */
import * as pulumi from "@pulumi/pulumi";
import { TestStack } from "../engine/support/harness";

const program = (token: string) => () => ({ told: pulumi.runtime.invokeOutput(token, {}, {}) });

// The SDK shows the `details` of a function's error, as gRPC gives them, and errors from within one process had none.
test("a function that fails says why", async () => {
  const stack = new TestStack();
  stack.world.on = (call) => {
    if (call === "invoke") throw new Error("no route to the oracle");
  };
  const { errors } = await stack.up(program("test:index:ask"));
  expect(errors).toEqual([expect.stringContaining("calling test:index:ask failed: no route to the oracle")]);
});

test("a function whose package nobody serves is told once", async () => {
  const { errors } = await new TestStack().up(program("absent:index:ask"));
  expect(errors).toEqual([expect.stringContaining('package "absent" (no built-in provider serves it)')]);
});
