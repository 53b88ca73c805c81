/** @jest-environment ./tests/engine/support/real-process-environment.js */
import * as pulumi from "@pulumi/pulumi";
import { containsSecret } from "../../providers/base/values";
import { TestStack, Thing } from "./support/harness";

const thing = (replacementTrigger: unknown) => () => void new Thing("a", {}, { replacementTrigger });
const REPLACED = ["create-replacement a", "replace a", "delete-replaced a"];

test("a trigger replaces when it changes, and not when it comes, stays or goes", async () => {
  const stack = new TestStack();
  await stack.up(thing(undefined));
  expect((await stack.up(thing({ generation: 1 }))).steps).toEqual(["same a"]);
  expect((await stack.up(thing({ generation: 1 }))).steps).toEqual(["same a"]);
  expect((await stack.preview(thing({ generation: 2 }))).steps).toEqual(REPLACED);
  expect((await stack.up(thing({ generation: 2 }))).steps).toEqual(REPLACED);
  expect((await stack.up(thing({ generation: 2 }))).steps).toEqual(["same a"]);
  expect((await stack.up(thing(undefined))).steps).toEqual(["same a"]);
  expect(stack.state("a").replacementTrigger).toBeUndefined();
});

test("a trigger that is not known yet counts as changed", async () => {
  const stack = new TestStack();
  const program = (key: string) => () => {
    const other = new Thing("other", { key });
    new Thing("a", {}, { replacementTrigger: other.made });
  };
  await stack.up(program("one"));
  expect((await stack.preview(program("two"))).steps).toEqual(expect.arrayContaining(REPLACED));
  expect((await stack.up(program("two"))).steps).toEqual(expect.arrayContaining(REPLACED));
});

test("a secret trigger stays secret", async () => {
  const stack = new TestStack();
  await stack.up(thing(pulumi.secret("s")));
  expect(containsSecret(stack.state("a").replacementTrigger ?? null)).toBe(true);
  expect((await stack.up(thing(pulumi.secret("s")))).steps).toEqual(["same a"]);
});

test("hideDiffs are in the state, for displays, and change no decision", async () => {
  const stack = new TestStack();
  const program = (value: number) => () => void new Thing("a", { value: { x: value } }, { hideDiffs: ["value.x"] });
  await stack.up(program(1));
  expect(stack.state("a").hideDiff).toEqual(["value.x"]);
  expect((await stack.up(program(2))).steps).toEqual(["update a"]);
  const wrong = await stack.up(() => void new Thing("a", {}, { hideDiffs: ["a[b"] }));
  expect(wrong.errors).toEqual([expect.stringContaining('"a[b" is not a property path')]);
});
