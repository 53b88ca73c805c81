import pc from "picocolors";

import type { StepOp } from "../../engine/events";
import { isPropertyMap, Secret, Unknown } from "../../providers/base/values";
import type { PropertyMap, Value } from "../../providers/base/values";
import { diffLines } from "./line-diff";
import { OPS } from "./ops";
import { diffValues, isInternalKey } from "./value-diff";
import type { MapDiff, ValueDiff } from "./value-diff";

export type Palette = ReturnType<typeof pc.createColors>;

const INDENT = 4;
const MAX_LINES = 3;
const MAX_LINE_LENGTH = 150;

/** Property values and their differences as text, in the layout of Pulumi's `--diff`. */
export class PropertyPrinter {
  constructor(
    private readonly palette: Palette,
    /** Members that are the same on both sides are left out. */
    private readonly hideSames = false,
  ) {}

  /** A map's properties, one a line or more, titles aligned. */
  map(map: PropertyMap, indent: number, op: StepOp): string {
    return this.paint(op, mapText(map, indent));
  }

  mapDiff(diff: MapDiff, indent: number): string {
    const width = Math.max(0, ...[...diff.keys()].map((key) => key.length));
    return [...diff].map(([key, each]) => this.diff(each, `${key.padEnd(width)}: `, indent)).join("");
  }

  private diff(diff: ValueDiff, title: string, indent: number, titleIndent = indent): string {
    const head = lead(titleIndent, "update") + title;
    switch (diff.kind) {
      case "same":
        if (this.hideSames || isBlank(diff.value)) return "";
        return this.paint("same", `${lead(titleIndent)}${title}${valueText(diff.value, indent)}\n`);
      case "add":
      case "delete": {
        const op = diff.kind === "add" ? "create" : "delete";
        return this.paint(op, `${lead(titleIndent, op)}${title}${valueText(diff.value, indent, op)}\n`);
      }
      case "update":
        return this.update(diff.old, diff.value, title, indent, titleIndent);
      case "list": {
        const members = [...diff.members].map(([i, each]) => this.diff(each, `[${i}]: `, indent + 2, indent + 1));
        return `${this.paint("update", `${head}[\n`)}${members.join("")}${this.paint("update", `${lead(indent)}]\n`)}`;
      }
      case "map": {
        const members = this.mapDiff(diff.members, indent + 1);
        return `${this.paint("update", `${head}{\n`)}${members}${this.paint("update", `${lead(indent)}}\n`)}`;
      }
    }
  }

  private update(old: Value, value: Value, title: string, indent: number, titleIndent: number): string {
    if (isBlank(old) || isBlank(value) || !isScalar(old) || !isScalar(value)) {
      const gone = isBlank(old) ? "" : this.diff({ kind: "delete", value: old }, title, indent, titleIndent);
      return gone + (isBlank(value) ? "" : this.diff({ kind: "add", value }, title, indent, titleIndent));
    }
    const head = this.paint("update", lead(titleIndent, "update") + title);
    if (typeof old === "string" && typeof value === "string") {
      const [oldJson, json] = [decodeJson(old), decodeJson(value)];
      if (oldJson !== undefined && json !== undefined) {
        return this.diff(diffValues(oldJson, json), `${title}(json) `, indent, titleIndent);
      }
      if (old.includes("\n") || value.includes("\n")) return `${head}\n${this.lines(old, value, indent + 1)}`;
    }
    const [before, after] = [
      this.paint("delete", valueText(old, indent)),
      this.paint("create", valueText(value, indent)),
    ];
    return `${head}${before}${this.paint("update", " => ")}${after}\n`;
  }

  private lines(old: string, value: string, indent: number): string {
    return diffLines(old, value)
      .map(({ op, text }) => this.paint(op, `${lead(indent, op)}${text.slice(0, MAX_LINE_LENGTH)}\n`))
      .join("");
  }

  private paint(op: StepOp, text: string): string {
    const { paint } = OPS[op];
    return paint === "reset" ? text : this.palette[paint](text);
  }
}

/** What a line begins with: blanks, which end in the sign of the step that the line is part of. */
function lead(indent: number, op: StepOp = "same"): string {
  return indent === 0 ? "" : `${" ".repeat(indent * INDENT - 2)}${OPS[op].prefix}`;
}

/** `op` is given where every line that holds a member shows the sign of a step. */
function valueText(value: Value, indent: number, op?: StepOp): string {
  if (Array.isArray(value) && value.length > 0) {
    const members = value.map((each, i) => `${lead(indent, op)}    [${i}]: ${valueText(each, indent + 1, op)}\n`);
    return `[\n${members.join("")}${lead(indent)}]`;
  }
  if (isPropertyMap(value) && Object.keys(value).length > 0)
    return `{\n${mapText(value, indent + 1, op)}${lead(indent)}}`;
  if (value === null) return "<null>";
  if (value instanceof Secret || value instanceof Unknown) return value.toString();
  if (typeof value !== "string") return JSON.stringify(value);
  const decoded = decodeJson(value);
  return decoded === undefined ? JSON.stringify(truncate(value)) : `(json) ${valueText(decoded, indent, op)}`;
}

function mapText(map: PropertyMap, indent: number, op?: StepOp): string {
  const entries = Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
  // Pulumi aligns to the internal properties as well, although it does not show them.
  const width = Math.max(0, ...entries.map(([key]) => key.length));
  return entries
    .filter(([key]) => !isInternalKey(key))
    .map(([key, value]) => `${lead(indent, op)}${key.padEnd(width)}: ${valueText(value, indent, op)}\n`)
    .join("");
}

function isScalar(value: Value): boolean {
  return !Array.isArray(value) && !isPropertyMap(value);
}

/** What says nothing: null, "", [] and {}. */
function isBlank(value: Value): boolean {
  return value === null || value === "" || (!isScalar(value) && Object.keys(value).length === 0);
}

function decodeJson(text: string): Value | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}

/** The first lines of a long text. */
function truncate(text: string): string {
  const lines = text
    .split("\n")
    .map((line) => (line.length > MAX_LINE_LENGTH ? `${line.slice(0, MAX_LINE_LENGTH)}...` : line));
  return lines.length > MAX_LINES ? `${lines.slice(0, MAX_LINES).join("\n")}\n...` : lines.join("\n");
}
