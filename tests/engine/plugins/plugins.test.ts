/** @jest-environment ./tests/engine/support/real-process-environment.js */
import * as pulumi from "@pulumi/pulumi";
import { join } from "node:path";
import { Secret } from "../../../providers/base/values";
import { TestStack } from "../support/harness";
import type { Outcome } from "../support/harness";
import { InstalledPlugins } from "./installed";

const plugins = new InstalledPlugins();
let stack: TestStack;

beforeEach(() => {
  plugins.reset();
  stack = new TestStack();
  stack.request = { plugins: plugins.options() };
});
afterAll(() => plugins.dispose());

class Odd extends pulumi.CustomResource {
  declare readonly made: pulumi.Output<number>;

  constructor(name: string, args: Record<string, unknown>, opts?: pulumi.CustomResourceOptions) {
    super("odd:index:Thing", name, { made: undefined, ...args }, opts);
  }
}

class OddProvider extends pulumi.ProviderResource {
  constructor(args: Record<string, string>) {
    super("odd", "configured", args);
  }
}

const odd = (args: Record<string, unknown>) => () => void new Odd("thing", args);
const steps = ({ events }: Outcome) =>
  events.flatMap((event) =>
    event.kind === "step-done" && event.step.type === "odd:index:Thing" ? [event.step.op] : [],
  );
const diagnostics = ({ events }: Outcome, severity: string) =>
  events.flatMap((event) => (event.kind === "diagnostic" && event.severity === severity ? [event.message] : []));

/** The process of a plugin that has noted its start. */
const pids = () => plugins.said().flatMap((line) => (line.startsWith("started") ? [Number(line.split(" ")[1])] : []));
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("a plugin of the simplest kind", () => {
  beforeEach(() => plugins.install("1.0.0"));

  it("creates, compares, updates, replaces, reads and deletes", async () => {
    expect(steps(await stack.up(odd({ a: 1 })))).toEqual(["create"]);
    expect(stack.state("thing")).toMatchObject({ id: "odd-1", outputs: { a: 1, made: 1 } });
    expect(steps(await stack.up(odd({ a: 1 })))).toEqual(["same"]);
    expect(steps(await stack.up(odd({ a: 2 })))).toEqual(["update"]);
    expect(stack.state("thing").outputs).toEqual({ a: 2, made: 2 });
    expect(await stack.refresh()).toMatchObject({ failed: false, changes: { same: expect.any(Number) as number } });
    expect(steps(await stack.up(odd({ a: 2, mode: "replace" })))).toContain("create-replacement");
    expect(await stack.destroy()).toMatchObject({ failed: false });
    expect(plugins.said().filter((line) => line.startsWith("delete"))).toEqual(["delete odd-1", "delete odd-1"]);
  });

  it("runs once an operation, is cancelled at its end and leaves no process", async () => {
    await stack.up(() => {
      new Odd("one", {});
      new Odd("two", {});
    });
    expect(pids()).toHaveLength(1);
    expect(pids().filter(isAlive)).toEqual([]);
    expect(plugins.said().at(-1)).toBe("cancel");
  });

  it("is not asked in a preview for which it is not made; what it would add is unknown", async () => {
    const seen: string[] = [];
    const result = await stack.preview(() => {
      const made = new Odd("thing", { a: 1 }).made;
      made.apply((value) => seen.push(String(value)));
      return { made };
    });
    expect(result).toMatchObject({ failed: false, changes: { create: 2 } });
    expect(seen).toEqual([]);
    expect(plugins.said().filter((line) => line.startsWith("create"))).toEqual([]);
  });

  it("gets secrets in clear and resources by id, and what it returns is secret again", async () => {
    await stack.up(() => {
      const other = new Odd("other", {});
      new Odd("thing", { password: pulumi.secret("hunter2"), list: [pulumi.secret("deep"), 1], other });
    });
    expect(plugins.said()).toContainEqual(
      expect.stringMatching(/^create thing .*"list":\["deep",1\],"other":"odd-1","password":"hunter2"/),
    );
    const { inputs, outputs } = stack.state("thing");
    for (const side of [inputs, outputs]) {
      expect(side["password"]).toEqual(new Secret("hunter2"));
      expect(side["list"]).toBeInstanceOf(Secret);
    }
  });

  it("keeps what it made in part, and its next update repairs that", async () => {
    const failed = await stack.up(odd({ mode: "half", password: pulumi.secret("hunter2") }));
    expect(failed).toMatchObject({ failed: true });
    expect(failed.errors.join()).toContain("not ready with [secret]");
    expect(stack.state("thing")).toMatchObject({ id: "half-1", initErrors: ["not ready with [secret]"] });
    expect(stack.state("thing").outputs["half"]).toBe(true);
    await stack.up(odd({ mode: "half", password: pulumi.secret("hunter2") }));
    expect(stack.state("thing")).toMatchObject({ id: "half-1", initErrors: ["not ready with [secret]"] });
    expect(steps(await stack.up(odd({})))).toEqual(["update"]);
    expect(stack.state("thing").initErrors).toBeUndefined();
  });

  it("fails by its own words without the secrets that it was given", async () => {
    const { errors } = await stack.up(odd({ mode: "fail", password: pulumi.secret("hunter2") }));
    expect(errors).toEqual(['creating odd:index:Thing "thing" failed: cannot use [secret]']);
    expect((await stack.up(odd({ mode: "no id" }))).errors.join()).toContain("without an id");
    expect((await stack.up(odd({ wrong: true }))).errors.join()).toContain("wrong: never right");
  });

  it("that ends unexpectedly is told with its last words", async () => {
    const { errors } = await stack.up(odd({ mode: "end" }));
    expect(errors.join()).toMatch(/the plugin ended unexpectedly\n[^]*the last words/);
  });

  it("is told its configuration in the new form and in the old one, and says what is missing of it", async () => {
    const program = (token: string | pulumi.Output<string>) => () => {
      const provider = new OddProvider({ token: token as string });
      new Odd("thing", {}, { provider });
    };
    await stack.up(program(pulumi.secret("hunter2")));
    expect(plugins.said().find((line) => line.startsWith("configure"))).toMatch(/"value":"hunter2".* hunter2$/);
    const { errors } = await new TestStackWith(stack).up(program("none"));
    expect(errors.join()).toContain('the configuration key "token" is missing: ask for one');
  });

  it("logs through the engine, and what it prints is for debugging", async () => {
    const result = await stack.up(odd({}));
    expect(diagnostics(result, "warning")).toEqual(["made it by hand"]);
    expect(diagnostics(result, "debug")).toContain("and a line for those who debug");
  });
});

/** A new stack under the same request. */
class TestStackWith extends TestStack {
  constructor(other: TestStack) {
    super();
    this.request = other.request;
  }
}

describe("plugins are looked for", () => {
  const tried = async (version: string) => {
    const result = await stack.up(() => void new Odd("thing", {}, { version }));
    return { result, pids: pids().length };
  };

  it("on PATH first, with a warning that it is by chance", async () => {
    plugins.onPath();
    plugins.install("1.0.0");
    const { result } = await tried("1.0.0");
    expect(diagnostics(result, "warning")).toContain(
      `using pulumi-resource-odd from $PATH at ${join(plugins.bin, "pulumi-resource-odd")}`,
    );
    stack.request = {
      plugins: plugins.options({
        environment: { ...plugins.options().environment, PULUMI_IGNORE_AMBIENT_PLUGINS: "1" },
      }),
    };
    expect(diagnostics((await tried("1.0.0")).result, "warning").join()).not.toContain("$PATH");
  });

  it("among installed ones in exactly the version that is asked for", async () => {
    plugins.install("1.0.0");
    plugins.install("1.10.0");
    const { result } = await tried("1.9.0");
    expect(result.errors.join()).toContain("pulumi plugin install resource odd 1.9.0");
    const { result: found } = await tried("1.10.0");
    expect(found.failed).toBe(false);
    // The plugin says that it is 1.0.0 wherever it lies.
    expect(diagnostics(found, "warning")).toContain(
      'the plugin of package "odd" has version 1.0.0, but the program asks for 1.10.0',
    );
  });

  it("nowhere else, and the refusal says where and what to do", async () => {
    const { errors } = await stack.up(odd({}));
    expect(errors).toEqual([
      expect.stringMatching(
        /no plugin serves package "odd": .*plugins\.providers of Pulumi\.yaml.*pulumi-resource-odd on PATH.*plugins has no resource-odd-v.*pulumi plugin install resource odd/,
      ),
    ]);
  });

  it("as the project says before all else, with the SDK's runner for a plugin in TypeScript", async () => {
    const path = join(__dirname, "../../providers/fixtures/record-plugin");
    stack.request = { plugins: plugins.options({ project: [{ name: "record", path }] }) };
    class Thing extends pulumi.CustomResource {}
    const { errors } = await stack.up(
      () => void new Thing("record:index:Thing", "thing", { password: pulumi.secret("hunter2") }),
    );
    expect(errors).toEqual([]);
    expect(stack.state("thing")).toMatchObject({ id: "id-1", outputs: { later: 1, password: new Secret("hunter2") } });
  });

  it("for a package with a built-in provider only when the official one is asked for", async () => {
    class Thing extends pulumi.CustomResource {}
    const program = () => void new Thing("test:index:Thing", "thing", {});
    expect((await stack.up(program)).failed).toBe(false);
    stack.request = { plugins: plugins.options({ official: true }) };
    expect((await stack.up(program)).errors.join()).toContain('no plugin serves package "test"');
  });
});
