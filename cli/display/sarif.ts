import type { Log, Notification, Result } from "sarif";

import { VERSION } from "../version";

export type SarifLevel = "error" | "warning" | "note";

/** A kind of finding. Source for all of this: SARIF 2.1.0 (OASIS). */
export interface SarifRule {
  /** Stable: a viewer follows a finding from run to run by it. */
  readonly id: string;
  /** One sentence. */
  readonly summary: string;
  /** What to do about it, as Markdown. */
  readonly help?: string;
  readonly level: SarifLevel;
  readonly tags?: readonly string[];
}

export interface SarifFinding {
  readonly ruleId: string;
  readonly level: SarifLevel;
  /** Plain text. */
  readonly message: string;
  /** What it is about, by a name that is the same in the next run: a URN. */
  readonly subject: string;
  /** The file to look at, relative to the project: viewers show nothing without one. */
  readonly file: string;
  /** Why it is accepted, where it is. */
  readonly accepted?: string;
  /** Tells two findings of one rule and subject apart, the same in the next run. */
  readonly fingerprint: string;
}

/** Something that kept the tool from looking. */
export interface SarifNotice {
  readonly level: SarifLevel;
  readonly message: string;
}

export interface SarifRun {
  readonly rules: readonly SarifRule[];
  readonly findings: readonly SarifFinding[];
  readonly notices?: readonly SarifNotice[];
  /** Distinguishes uploads for one commit: `drift`, `policies`. */
  readonly category: string;
}

/** A log of one run, as code scanning takes it. Values come without secrets. */
export function sarifLog({ rules, findings, notices = [], category }: SarifRun): Log {
  const indices = new Map(rules.map(({ id }, index) => [id, index]));
  const notifications = notices.map(({ level, message }): Notification => ({ level, message: { text: message } }));
  return {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "groundwork",
            semanticVersion: VERSION,
            rules: rules.map(({ id, summary, help, level, tags }) => ({
              id,
              shortDescription: { text: summary },
              ...(help !== undefined && { help: { text: help, markdown: help } }),
              defaultConfiguration: { level },
              ...(tags !== undefined && { properties: { tags: [...tags] } }),
            })),
          },
        },
        automationDetails: { id: `groundwork/${category}/` },
        invocations: [
          {
            executionSuccessful: notices.every(({ level }) => level !== "error"),
            toolExecutionNotifications: notifications,
          },
        ],
        results: findings.map((finding) => resultOf(finding, indices)),
      },
    ],
  };
}

function resultOf(finding: SarifFinding, indices: ReadonlyMap<string, number>): Result {
  const { ruleId, level, message, subject, file, accepted, fingerprint } = finding;
  return {
    ruleId,
    ruleIndex: indices.get(ruleId) ?? -1,
    level,
    message: { text: message },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: encodeURI(file) }, region: { startLine: 1 } },
        logicalLocations: [{ fullyQualifiedName: subject, kind: "resource" }],
      },
    ],
    partialFingerprints: { "groundwork/v1": fingerprint },
    ...(accepted !== undefined && {
      suppressions: [{ kind: "external", status: "accepted", justification: accepted }],
    }),
  };
}
