import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";

import type { Finding } from "../../engine/drift/finding";
import { CliError } from "../errors";
import type { Judged } from "./report";

/** A finding that somebody has accepted, for a time. In patterns `*` stands for anything. */
const acceptance = z
  .strictObject({
    stack: z.string().min(1).default("*"),
    object: z.string().min(1).optional(),
    urn: z.string().min(1).optional(),
    path: z.string().optional(),
    reason: z.string().min(1, "says why the finding is accepted"),
    expires: z.iso.date("is a day, 2027-01-31: from then on the finding counts again"),
  })
  .refine(({ object, urn }) => object !== undefined || urn !== undefined, {
    path: ["object"],
    message: "is missing: name the object, or its urn",
  });

const file = z.strictObject({ accepted: z.array(acceptance) });

export type Acceptance = z.infer<typeof acceptance>;

/** @throws CliError that names the file and the path in it */
export async function readAccepted(path: string, mustExist: boolean): Promise<readonly Acceptance[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && !mustExist) return [];
    throw new CliError("usage", `${path}: accepted findings cannot be read (${code}); correct --accepted`);
  }
  return parseAccepted(text, path);
}

export function parseAccepted(text: string, path: string): readonly Acceptance[] {
  let content: unknown;
  try {
    // Days stay texts.
    content = parse(text, { schema: "core" }) ?? { accepted: [] };
  } catch (error) {
    throw new CliError("usage", `${path}: is not YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = file.safeParse(content);
  if (parsed.success) return parsed.data.accepted;
  const problems = parsed.error.issues.map((issue) => {
    const where = z.core.toDotPath(issue.path);
    const keys = issue.code === "unrecognized_keys" ? issue.keys.join(", ") : "";
    const reason = keys === "" ? issue.message : `there is no key ${keys}`;
    return `${path}: ${where === "" ? "" : `${where}: `}${reason}`;
  });
  throw new CliError("usage", problems.join("\n"));
}

/** What was looked at. */
export interface Looked {
  readonly findings: readonly Finding[];
  /** Stacks of which all could be read. */
  readonly stacks: readonly string[];
  /** There are no other stacks. */
  readonly all: boolean;
}

/**
 * Sets accepted findings apart; one whose day has come counts again, and is said. That an acceptance matches nothing is
 * said where all was looked at that it may be for.
 */
export function judge({ findings, stacks, all }: Looked, acceptances: readonly Acceptance[], now: Date): Judged {
  const today = now.toISOString().slice(0, 10);
  const used = new Set<Acceptance>();
  const accepted: Judged["accepted"][number][] = [];
  const standing = findings.filter((finding) => {
    const matching = acceptances.filter((each) => matches(each, finding));
    for (const each of matching) used.add(each);
    const valid = matching.find(({ expires }) => expires > today);
    if (valid !== undefined) accepted.push({ ...finding, reason: valid.reason, expires: valid.expires });
    return valid === undefined;
  });
  const notices = acceptances.flatMap((each) => {
    const name = each.urn ?? each.object ?? "";
    if (each.expires <= today && used.has(each)) {
      return [`the acceptance of ${name} (${each.reason}) has expired on ${each.expires}: it counts again`];
    }
    const looked = each.stack.includes("*") ? all : stacks.includes(each.stack);
    return used.has(each) || !looked ? [] : [`the acceptance of ${name} (${each.reason}) matches nothing: remove it`];
  });
  return { findings: standing, accepted, notices };
}

function matches({ stack, object, urn, path }: Acceptance, finding: Finding): boolean {
  return (
    glob(stack, finding.stack) &&
    (object === undefined || glob(object, finding.object) || glob(object, placed(finding))) &&
    (urn === undefined || glob(urn, finding.urn ?? "")) &&
    (path === undefined || glob(path, finding.path))
  );
}

/** As the table and the Markdown name it. */
function placed({ object, place }: Finding): string {
  return place === undefined ? object : `${object} on ${place}`;
}

function glob(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(text);
}
