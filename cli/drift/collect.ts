import { declaredResources } from "../../engine/drift/declared";
import type { StackDrift } from "../../engine/drift/finding";
import { inspectStack } from "../../engine/drift/inspect";
import { messageOf } from "../../engine/errors";
import type { PluginOptions } from "../../engine/operation";
import type { DeclaredResource } from "../../providers/base/inventory";
import { builtinProviders } from "../../providers";
import { Redactor } from "../redact";
import { ORGANIZATION } from "../workspace";
import type { Workspace } from "../workspace";
import { takenOver } from "./taken-over";

export interface CollectOptions {
  readonly parallel: number;
  readonly plugins: PluginOptions;
}

export interface Collected {
  readonly stacks: readonly StackDrift[];
  readonly notices: readonly string[];
}

/** Looks at all the stacks at once. One that cannot be read is told, and the others are looked at all the same. */
export async function collect(
  workspace: Workspace,
  names: readonly string[],
  options: CollectOptions,
): Promise<Collected> {
  const { known, notices } = await declaredAnywhere(workspace);
  const project = workspace.project.name;
  const stacks = await Promise.all(
    names.map(async (name): Promise<StackDrift> => {
      const elsewhere = known.filter((each) => each.project !== project || each.name !== name);
      try {
        return await inspect(
          workspace,
          name,
          elsewhere.flatMap(({ declared }) => declared),
          options,
        );
      } catch (error) {
        const unknown = { project, stack: name, object: `stack ${name}`, reason: messageOf(error) };
        return { project, stack: name, resources: 0, findings: [], unknown: [unknown], notCheckable: [] };
      }
    }),
  );
  return { stacks: withoutRepetition(stacks), notices };
}

async function inspect(
  { project, backend }: Workspace,
  stack: string,
  elsewhere: readonly DeclaredResource[],
  options: CollectOptions,
): Promise<StackDrift> {
  const { name, root } = project;
  const state = backend.stack(name, stack);
  const [snapshot, history] = await Promise.all([state.read(), state.history()]);
  const redactor = Redactor.ofEnvironment(process.env);
  redactor.learn(snapshot.resources);
  // What is not run need not be there, nor be written in TypeScript.
  const entry = (): never => {
    throw new Error("drift runs no program");
  };
  const program = { project: name, organization: ORGANIZATION, stack, root, directory: root, entry };
  const drift = await inspectStack({ program, snapshot, providers: builtinProviders, elsewhere, ...options });
  const clean = <T extends { readonly reason: string }>(each: T): T => ({
    ...each,
    reason: redactor.text(each.reason),
  });
  const reason = takenOver(stack, history);
  const untold = reason === undefined ? [] : [{ project: name, stack, object: `stack ${stack}`, reason }];
  return {
    ...drift,
    unknown: [...untold, ...drift.unknown.map(clean)],
    notCheckable: drift.notCheckable.map(clean),
  };
}

/** What all stacks of the backend declare, as their files say it: no secret is opened, so no passphrase is needed. */
async function declaredAnywhere({ backend }: Workspace) {
  const notices: string[] = [];
  const known = await Promise.all(
    (await backend.list()).map(async ({ project, name }) => {
      try {
        const { deployment } = await backend.stack(project, name).export();
        const entries = deployment["resources"] as Parameters<typeof declaredResources>[0] | undefined;
        return { project, name, declared: declaredResources(entries ?? []) };
      } catch (error) {
        notices.push(
          `stack ${project}/${name} cannot be read, and what it declares may be told as undeclared: ${messageOf(error)}`,
        );
        return { project, name, declared: [] };
      }
    }),
  );
  return { known, notices };
}

/** An object beside two stacks on one server is one finding: that of the first. */
function withoutRepetition(stacks: readonly StackDrift[]): readonly StackDrift[] {
  const first = new Map<string, string>();
  return stacks.map((drift) => ({
    ...drift,
    findings: drift.findings.filter(({ kind, object, place = "" }) => {
      const key = `${object}\n${place}`;
      if (!first.has(key)) first.set(key, drift.stack);
      return kind !== "undeclared" || first.get(key) === drift.stack;
    }),
  }));
}
