import type { EngineEvent } from "../../engine/events";
import { resourceName } from "./diagnostics";
import type { Palette } from "./printer";
import type { SummaryEvent } from "./summary";

export type PolicyEvent = Extract<EngineEvent, { kind: "policy" }>;

const SEVERITIES: readonly PolicyEvent["severity"][] = ["critical", "high", "medium", "low", undefined];
const INDENT = " ".repeat(8);

/** `fixture@v1.2.3`. */
export function packName({ pack, packVersion }: { readonly pack: string; readonly packVersion: string }): string {
  return `${pack}@v${packVersion}`;
}

/** The `Policies:` section: every pack that ran, what its remediations changed and what its policies found. */
export class Policies {
  private readonly violations: PolicyEvent[] = [];
  /** By pack, then by policy: how many resources were changed. */
  private readonly remediations = new Map<string, Map<string, number>>();

  event(event: EngineEvent): void {
    if (event.kind === "policy") this.violations.push(event);
    if (event.kind !== "policy-remediation") return;
    const counts = this.remediations.get(packName(event)) ?? new Map<string, number>();
    this.remediations.set(packName(event), counts.set(event.policy, (counts.get(event.policy) ?? 0) + 1));
  }

  text(packs: SummaryEvent["policyPacks"], palette: Palette): string {
    const shown = Object.entries(packs ?? {}).map(([key, version]) => {
      const [pack = "", , folder = ""] = key.split("|");
      return this.pack(packName({ pack, packVersion: version }), folder, palette);
    });
    return shown.length === 0 ? "" : [palette.bold("Policies:"), ...shown.sort()].join("\n");
  }

  private pack(name: string, folder: string, palette: Palette): string {
    const found = this.violations.filter((each) => packName(each) === name).sort(byWeight);
    const mark = found.length === 0 ? "✅" : found.some((each) => each.level === "mandatory") ? "❌" : "⚠️";
    const remedies = [...(this.remediations.get(name) ?? [])].sort().map(([policy, count]) => {
      const resources = `${count} ${count === 1 ? "resource" : "resources"}`;
      return `${INDENT}- ${palette.magenta(`[remediate]  ${policy}`)}  (${resources})`;
    });
    const lines = found.map((each) => violationText(each, palette));
    return [`    ${mark} ${palette.magenta(name)} (local: ${folder})`, ...remedies, ...lines].join("\n");
  }
}

function violationText({ level, severity, policy, urn, message }: PolicyEvent, palette: Palette): string {
  const paint = level === "mandatory" ? palette.red : palette.yellow;
  const head = paint(`[${level}]${severity === undefined ? "" : ` [severity: ${severity}]`}  ${policy}`);
  const resource = urn === undefined ? "" : `  (${resourceName(urn, (name) => `: ${name}`)})`;
  const lines = message.trimEnd().split("\n");
  return [`${INDENT}- ${head}${resource}`, ...lines.map((line) => `${INDENT}  ${line}`)].join("\n");
}

function byWeight(a: PolicyEvent, b: PolicyEvent): number {
  const rank = ({ level, severity }: PolicyEvent) => (level === "mandatory" ? 0 : 10) + SEVERITIES.indexOf(severity);
  const key = ({ policy, urn = "" }: PolicyEvent) => `${policy} ${urn}`;
  return rank(a) - rank(b) || (key(a) < key(b) ? -1 : 1);
}
