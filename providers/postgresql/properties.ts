import type { PropertyMap } from "../base/values";

/** Typed access to plain properties; what is unset reads as the type's zero value, as in Terraform. */
export function text(map: PropertyMap, key: string): string {
  const value = map[key];
  return typeof value === "string" ? value : "";
}

export function flag(map: PropertyMap, key: string): boolean {
  return map[key] === true;
}

/** A whole number; `fallback` when unset. */
export function whole(map: PropertyMap, key: string, fallback = 0): number {
  const value = map[key];
  return typeof value === "number" ? value : fallback;
}

export function texts(map: PropertyMap, key: string): string[] {
  const value = map[key];
  return Array.isArray(value) ? value.filter((v): v is string => typeof v === "string") : [];
}
