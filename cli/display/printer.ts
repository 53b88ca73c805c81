import pc from "picocolors";

import type { StepOp } from "../../engine/events";
import { isPropertyMap, Secret, Unknown } from "../../providers/base/values";
import type { PropertyMap, Value } from "../../providers/base/values";
import { diffLines } from "./line-diff";
import { OPS } from "./ops";
import { diffValues, isInternalKey } from "./value-diff";
import type { MapDiff, ValueDiff } from "./value-diff";

export type Palette = ReturnType<typeof pc.createColors>;

export interface PrinterOptions {
  readonly palette: Palette;
  /** Members that are the same on both sides are left out. @default false */
  readonly hideSames?: boolean;
}

const INDENT = 4;
const MAX_LINES = 3;
const MAX_LINE_LENGTH = 150;

/** Property values and their differences as text, in the layout of Pulumi's `--diff`. */
export class PropertyPrinter {
  private text = "";

  constructor(private readonly options: PrinterOptions) {}

  /** What was printed so far. */
  toString(): string {
    return this.text;
  }

  /** A map's properties, one a line or more, titles aligned. */
  map(map: PropertyMap, indent: number, op: StepOp): void {
    const keys = Object.keys(map).sort();
    // Pulumi aligns to the internal properties as well, although it does not show them.
    const width = Math.max(0, ...keys.map((key) => key.length));
    for (const key of keys) {
      const value = map[key];
      if (value === undefined || isInternalKey(key)) continue;
      this.write(op, `${spaces(indent)}${key.padEnd(width)}: `);
      this.value(value, indent, op);
      this.write(op, "\n");
    }
  }

  mapDiff(diff: MapDiff, indent: number): void {
    const width = Math.max(0, ...[...diff.keys()].map((key) => key.length));
    for (const [key, each] of diff) this.diff(each, `${key.padEnd(width)}: `, indent);
  }

  value(value: Value, indent: number, op: StepOp, titleIndent = spaces(indent)): void {
    if (Array.isArray(value) && value.length > 0) {
      this.write(op, "[\n");
      value.forEach((member, i) => {
        this.write(op, `${titleIndent}    [${i}]: `);
        this.value(member, indent + 1, op);
        this.write(op, "\n");
      });
      this.write(op, `${spaces(indent)}]`);
    } else if (isPropertyMap(value) && Object.keys(value).length > 0) {
      this.write(op, "{\n");
      this.map(value, indent + 1, op);
      this.write(op, `${spaces(indent)}}`);
    } else if (typeof value === "string") {
      const decoded = decodeJson(value);
      if (decoded === undefined) this.write(op, JSON.stringify(truncate(value)));
      else {
        this.write(op, "(json) ");
        this.value(decoded, indent, op);
      }
    } else {
      this.write(op, scalar(value));
    }
  }

  private diff(diff: ValueDiff, title: string, indent: number, titleIndent = indent): void {
    switch (diff.kind) {
      case "same":
        if (this.options.hideSames === true || isBlank(diff.value)) return;
        this.write("same", spaces(titleIndent) + title);
        this.value(diff.value, indent, "same");
        this.write("same", "\n");
        return;
      case "add":
        this.addition("create", diff.value, title, indent, titleIndent);
        return;
      case "delete":
        this.addition("delete", diff.value, title, indent, titleIndent);
        return;
      case "update":
        this.update(diff.old, diff.value, title, indent, titleIndent);
        return;
      case "list":
        this.write("update", `${prefixed(titleIndent, "update")}${title}[\n`);
        for (const [i, each] of diff.members) this.diff(each, `[${i}]: `, indent + 2, indent + 1);
        this.write("update", `${spaces(indent)}]\n`);
        return;
      case "map":
        this.write("update", `${prefixed(titleIndent, "update")}${title}{\n`);
        this.mapDiff(diff.members, indent + 1);
        this.write("update", `${spaces(indent)}}\n`);
    }
  }

  private update(old: Value, value: Value, title: string, indent: number, titleIndent: number): void {
    if (isBlank(old) || isBlank(value) || !isScalar(old) || !isScalar(value)) {
      if (!isBlank(old)) this.addition("delete", old, title, indent, titleIndent);
      if (!isBlank(value)) this.addition("create", value, title, indent, titleIndent);
      return;
    }
    const head = prefixed(titleIndent, "update") + title;
    if (typeof old === "string" && typeof value === "string") {
      const [oldJson, json] = [decodeJson(old), decodeJson(value)];
      if (oldJson !== undefined && json !== undefined) {
        this.diff(diffValues(oldJson, json), `${title}(json) `, indent, titleIndent);
        return;
      }
      if (old.includes("\n") || value.includes("\n")) {
        this.write("update", `${head}\n`);
        this.lines(old, value, indent + 1);
        return;
      }
    }
    this.write("update", head);
    this.value(old, indent, "delete");
    this.write("update", " => ");
    this.value(value, indent, "create");
    this.write("update", "\n");
  }

  private lines(old: string, value: string, indent: number): void {
    for (const { op, text } of diffLines(old, value)) {
      this.write(op, `${op === "same" ? spaces(indent) : prefixed(indent, op)}${text.slice(0, MAX_LINE_LENGTH)}\n`);
    }
  }

  private addition(op: "create" | "delete", value: Value, title: string, indent: number, titleIndent: number): void {
    this.write(op, prefixed(titleIndent, op) + title);
    this.prefixedValue(value, indent, op);
    this.write(op, "\n");
  }

  /** As `value`, with the step's sign before every line that holds a member. */
  private prefixedValue(value: Value, indent: number, op: "create" | "delete"): void {
    if (isPropertyMap(value) && Object.keys(value).length > 0) {
      this.write(op, "{\n");
      const members = Object.entries(value).flatMap(([key, v]): [string, ValueDiff][] =>
        isInternalKey(key) ? [] : [[key, { kind: op === "create" ? "add" : "delete", value: v }]],
      );
      this.mapDiff(new Map(members.sort(([a], [b]) => (a < b ? -1 : 1))), indent + 1);
      this.write(op, `${spaces(indent)}}`);
    } else this.value(value, indent, op, prefixed(indent, op));
  }

  private write(op: StepOp, text: string): void {
    const paint = OPS[op].paint;
    this.text += paint === "reset" ? text : this.options.palette[paint](text);
  }
}

function spaces(indent: number): string {
  return " ".repeat(indent * INDENT);
}

function prefixed(indent: number, op: StepOp): string {
  return spaces(indent).slice(0, -2) + OPS[op].prefix;
}

function scalar(value: Value): string {
  if (value === null) return "<null>";
  if (value instanceof Secret || value instanceof Unknown) return value.toString();
  return JSON.stringify(value);
}

function isScalar(value: Value): boolean {
  return !Array.isArray(value) && !isPropertyMap(value);
}

/** What says nothing: null, "", [] and {}. */
function isBlank(value: Value): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === null || value === "" || (isPropertyMap(value) && Object.keys(value).length === 0);
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
export function truncate(text: string): string {
  const lines = text
    .split("\n")
    .map((line) => (line.length > MAX_LINE_LENGTH ? `${line.slice(0, MAX_LINE_LENGTH)}...` : line));
  return lines.length > MAX_LINES ? `${lines.slice(0, MAX_LINES).join("\n")}\n...` : lines.join("\n");
}
