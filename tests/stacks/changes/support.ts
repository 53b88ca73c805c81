import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

import { PathClaims } from "../../../components/hosts";
import { operatorAccess } from "../../../stacks/access";
import { type Environment, parseEnvironment } from "../../../stacks/environment";
import { declarePlatforms } from "../../../stacks/platforms";
import { formatPath } from "../../../stacks/problems";
import { declareProviders } from "../../../stacks/providers";
import { scopeOf } from "../../../stacks/scope";
import { InMemoryStack } from "../../components/in-memory-stack";
import { type Tree, withValue } from "../tree";

/** A field by its path in the section, another value for it, and what is done for the change: op and name each. */
export type FieldChange = readonly [path: string, value: unknown, steps: readonly string[]];

/** Of a certificate whose subject or names change. */
export const certified = (name: string) => [`replace ${name}-request`, `replace ${name}-certificate`];
export const pair = (op: "create" | "delete", name: string) =>
  ["key", "request", "certificate"].map((part) => `${op} ${name}-${part}`);
export const updates = (...names: readonly string[]) => names.map((name) => `update ${name}`);

const KEY = `ssh-ed25519 ${"A".repeat(68)}`;

/** Hosts of these names, 10.0.0.1 and on, as an environment has them. */
export const hostsCalled = (...names: readonly string[]) =>
  names.map((name, index) => ({ name, address: `10.0.0.${index + 1}`, hostKey: KEY }));

export function parsed(environment: Tree): Environment {
  const result = parseEnvironment(environment);
  if (result.kind === "valid") return result.environment;
  throw new Error(
    result.problems.map(({ path, reason }) => `${formatPath("environment", path)}: ${reason}`).join("\n"),
  );
}

/** Declares an environment as the stack's program does, with every secret set. */
export function programOf(environment: Environment): () => void {
  return () => {
    const access = operatorAccess(environment, (key) => pulumi.secret(`value of ${key}`));
    if (access.kind === "invalid") throw new Error(JSON.stringify(access.problems));
    const configuration = { secret: (key: string) => pulumi.secret(`value of ${key}`), plain: () => undefined };
    const scope = scopeOf("test", environment, access.access, new PathClaims(), configuration, new Map());
    declarePlatforms(environment, scope, declareProviders(access.access));
  };
}

interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: unknown;
}

/** The paths of all fields that a section can have. A list, a choice of forms and a record are one field each. */
function schemaFields(schema: z.ZodType): readonly string[] {
  const walk = ({ properties }: JsonSchema, path: readonly string[]): readonly string[] =>
    properties === undefined
      ? [path.join(".")]
      : Object.entries(properties).flatMap(([key, value]) => walk(value, [...path, key]));
  return walk(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema, []);
}

export interface Section {
  /** Its key in the environment. */
  readonly key: string;
  readonly schema: z.ZodType;
  readonly environment: Tree;
  /** Fields that are judged elsewhere, by the beginning of their paths. @default none */
  readonly elsewhere?: readonly string[];
}

/** On a stack that holds the environment, what a preview would do for each change; and that no field is forgotten. */
export function fieldChangeTests(
  { key, schema, environment, elsewhere = [] }: Section,
  changes: readonly FieldChange[],
): void {
  describe(`for a change of one field of the section ${key}, only what it asks for is done:`, () => {
    const stack = new InMemoryStack();
    beforeAll(async () => {
      await stack.up(programOf(parsed(environment)));
    }, 60_000);

    it.each(changes)("%s = %j", async (path, value, steps) => {
      const found = await stack.preview(programOf(parsed(withValue(environment, `${key}.${path}`, value))));
      expect([...found].sort()).toEqual([...steps].sort());
    });

    it("and for none, nothing", async () => {
      expect(await stack.preview(programOf(parsed(environment)))).toEqual([]);
    });

    it("every field that the section can have is among them", () => {
      const isChanged = (path: string) => changes.some(([other]) => `${other}.`.startsWith(`${path}.`));
      const isElsewhere = (path: string) => elsewhere.some((other) => `${path}.`.startsWith(`${other}.`));
      expect(schemaFields(schema).filter((path) => !isChanged(path) && !isElsewhere(path))).toEqual([]);
    });
  });
}
