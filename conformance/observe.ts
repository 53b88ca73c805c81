import type { Turn } from "./case";
import type { EngineName } from "./engines";
import type { TestProject } from "./project";
import { readWorld, writeWorld } from "./world";

/** What can be seen of one turn, without what is different each time: times, random ids, ciphertexts, order. */
export interface Observation {
  readonly succeeded: boolean;
  /** `op name`, each step that was done or failed. */
  readonly steps: readonly string[];
  readonly summary: Readonly<Record<string, number>>;
  readonly calls: readonly string[];
  readonly objects: unknown;
  /** Resources by URN, and pending operations. */
  readonly state: unknown;
}

const CODELESS = ["--generate-code=false"];

type Json = Readonly<Record<string, unknown>>;

export async function observe(
  engine: EngineName,
  project: TestProject,
  index: number,
  { operation, flags = [], world: change }: Turn,
): Promise<Observation> {
  const before = { ...readWorld(project.world), calls: [], failing: [], half: [], deleteBeforeReplace: false };
  change?.(before);
  writeWorld(project.world, before);
  const isRehearsal = operation === "preview" || flags.includes("--preview-only");
  const always = operation.startsWith("state ")
    ? ["--yes"]
    : ["--json", ...(isRehearsal ? [] : ["--yes", "--skip-preview"]), ...(operation === "import" ? CODELESS : [])];
  const { code, stdout } = await project.run(engine, index, ...operation.split(" "), ...always, ...flags);
  const events = parse(stdout);
  const deployment = project.deployment();
  const { calls, objects } = readWorld(project.world);
  return {
    succeeded: code === 0,
    steps: events.steps.sort(),
    summary: events.summary,
    calls: calls.sort(),
    objects,
    state: {
      resources: list(deployment.resources).map(normalized).sort(byKey),
      pending: list(deployment.pending_operations).map(normalized),
    },
  };
}

/** A preview prints one object, everything else an event a line. */
function parse(stdout: string): { steps: string[]; summary: Record<string, number> } {
  if (/^\{\s*\n/.test(stdout)) {
    const { steps, changeSummary } = JSON.parse(stdout) as Json;
    return { steps: list(steps).map(stepName).filter(isOurs), summary: counts(changeSummary) };
  }
  const events = stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Record<string, Json | undefined>);
  const done = events.flatMap(({ resOutputsEvent, resOpFailedEvent }) => {
    if (resOutputsEvent !== undefined) return [stepName(resOutputsEvent["metadata"] as Json)];
    return resOpFailedEvent === undefined ? [] : [`failed ${stepName(resOpFailedEvent["metadata"] as Json)}`];
  });
  const summary = events.find((event) => event["summaryEvent"] !== undefined)?.["summaryEvent"];
  return { steps: done.filter(isOurs), summary: counts(summary?.["resourceChanges"]) };
}

function stepName({ op, urn }: Json): string {
  return `${String(op)} ${String(urn).slice(String(urn).indexOf("::", 16) + 2)}`;
}

/** The stack's own steps and those of default providers are told by some commands and not by others. */
function isOurs(step: string): boolean {
  return !/pulumi:pulumi:Stack|pulumi:providers:[a-z]+::default/.test(step);
}

function counts(summary: unknown): Record<string, number> {
  const entries = Object.entries((summary ?? {}) as Record<string, number>).filter(([, count]) => count > 0);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? (value as Json[]) : [];
}

/** Times; where the program and its SDK are; what only one of many orders of a graph decides. */
const INCIDENTAL: ReadonlySet<string> = new Set(["created", "modified", "sourcePosition", "stackTrace"]);
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const SORTED: ReadonlySet<string> = new Set(["dependencies", "additionalSecretOutputs", "aliases"]);

const LINKS = "propertyDependencies";

function normalized(resource: Json): unknown {
  const visit = (value: unknown, key: string): unknown => {
    if (typeof value === "string") return key === "ciphertext" ? "<secret>" : value.replace(UUID, "<uuid>");
    if (Array.isArray(value)) {
      const members = value.map((member) => visit(member, ""));
      return SORTED.has(key) ? members.sort() : members;
    }
    if (typeof value !== "object" || value === null) return value;
    const kept = Object.entries(value)
      .filter(([name]) => !INCIDENTAL.has(name))
      .map(([name, member]) => [name, visit(member, name)] as const);
    return Object.fromEntries(kept.filter(([name, member]) => !isEmpty(key === LINKS ? key : name, member)));
  };
  return visit(resource, "");
}

/** An empty list of URNs and its absence say the same. */
function isEmpty(name: string, member: unknown): boolean {
  const isVoid = member === null || (typeof member === "object" && Object.keys(member).length === 0);
  return isVoid && /^(dependencies|propertyDependencies|inputs|outputs|initErrors|aliases)$/.test(name);
}

function byKey(a: unknown, b: unknown): number {
  const key = (resource: unknown): string => `${String((resource as Json)["urn"])} ${JSON.stringify(resource)}`;
  return key(a) < key(b) ? -1 : 1;
}
