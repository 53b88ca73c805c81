import { Secret, isPropertyMap } from "../providers/base/values";
import type { PropertyMap, Value } from "../providers/base/values";

/** A resource as rules see it. */
export interface Subject {
  readonly urn: string;
  readonly type: string;
  /** What the program asks for. Secrets and what is not known yet are marked: nothing of it may be shown. */
  readonly inputs: PropertyMap;
  readonly protect: boolean;
}

/** A resource among all of its stack. */
export interface Member extends Subject {
  /** What it has become; in a preview much of it is not known yet. */
  readonly outputs: PropertyMap;
  /** URNs from itself up to the component that has none above it. */
  readonly lineage: readonly string[];
  /** What an input was made from, as URNs, by input. */
  readonly madeFrom: Readonly<Record<string, readonly string[]>>;
}

/** A known text, secret or not. */
export function text(value: Value | undefined): string | undefined {
  const plain = value instanceof Secret ? value.value : value;
  return typeof plain === "string" ? plain : undefined;
}

/** A known number; providers' configuration has numbers as texts. */
export function number(value: Value | undefined): number | undefined {
  const plain = value instanceof Secret ? value.value : value;
  const read = typeof plain === "string" && plain.trim() !== "" ? Number(plain) : plain;
  return typeof read === "number" && Number.isFinite(read) ? read : undefined;
}

export function flag(value: Value | undefined): boolean {
  return value === true || value === "true";
}

export function list(value: Value | undefined): readonly Value[] {
  const plain = value instanceof Secret ? value.value : value;
  return Array.isArray(plain) ? (plain as readonly Value[]) : [];
}

/** The known texts of a list. */
export function texts(value: Value | undefined): readonly string[] {
  return list(value).flatMap((each) => text(each) ?? []);
}

export function map(value: Value | undefined): PropertyMap {
  const plain = value instanceof Secret ? value.value : value;
  return isPropertyMap(plain) ? plain : {};
}

export interface PlacedFile {
  readonly path: string;
  /** `undefined`: not known yet. */
  readonly content: string | undefined;
  readonly isSecret: boolean;
  readonly mode: number;
}

/** The files of a FileSet, whose paths and modes are known in previews. A whole that is not known has none. */
export function placedFiles({ inputs }: Subject): readonly PlacedFile[] {
  return list(inputs["files"]).flatMap((file) => {
    const { path, content, mode } = map(file);
    const name = text(path);
    if (name === undefined) return [];
    const isSecret = content instanceof Secret || file instanceof Secret || inputs["files"] instanceof Secret;
    return [{ path: name, content: text(content), isSecret, mode: Number.parseInt(text(mode) ?? "0644", 8) }];
  });
}

/** By name, as the environment has it. */
export function hostOf({ inputs }: Subject): string {
  return text(map(inputs["host"])["name"]) ?? "a host not known yet";
}

/** Every text in a value without marks. */
export function stringsOf(value: Value): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value as Record<string, Value>).flatMap(stringsOf);
}
