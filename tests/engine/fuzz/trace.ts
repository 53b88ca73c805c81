import type { Trace } from "./run";

const PREFIX = "urn:pulumi:dev::fuzz::";

/** Prints what each operation of a scenario did and left. */
export const printRun: Trace = ({ kind, dryRun, program: _program, ...rest }, events, left, world) => {
  const lines = [`--- ${kind}${dryRun ? " (dry run)" : ""} ${JSON.stringify(rest)}`];
  for (const event of events) {
    if (event.kind === "diagnostic" && event.severity !== "debug") lines.push(`${event.severity}: ${event.message}`);
    if (event.kind === "step-done" || event.kind === "step-failed") {
      lines.push(`${event.kind === "step-failed" ? "FAILED " : ""}${event.step.op} ${event.step.urn}`);
    }
  }
  for (const {
    urn,
    id,
    inputs,
    outputs: _outputs,
    type: _type,
    custom: _custom,
    created: _created,
    ...state
  } of left.resources) {
    lines.push(`  ${urn} ${id ?? ""} ${JSON.stringify({ ...state, modified: undefined, aliases: undefined, inputs })}`);
  }
  for (const { type, resource } of left.pendingOperations) lines.push(`  pending: ${type} ${resource.urn}`);
  lines.push(`  world: ${[...world.objects.keys()].join(" ")}; ${world.mutations.splice(0).join(", ")}`);
  process.stderr.write(`${lines.join("\n").replaceAll(PREFIX, "")}\n`);
};
