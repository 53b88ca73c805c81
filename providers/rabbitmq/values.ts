import { isPropertyMap, type PropertyMap, type Value } from "../base/values";

/** Plain values as the field tables promise them; what is not set is empty. */
export function text(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}

export function optionalText(value: Value | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function texts(value: Value | undefined): string[] {
  return Array.isArray(value) ? value.map(text) : [];
}

export function block(value: Value | undefined): PropertyMap {
  return isPropertyMap(value) ? value : {};
}

export function blocks(value: Value | undefined): PropertyMap[] {
  return Array.isArray(value) ? value.map(block) : [];
}

/** A path of the management API: every part encoded, `/` in a vhost's name too. */
export function apiPath(...parts: readonly string[]): string {
  return `/api/${parts.map(encodeURIComponent).join("/")}`;
}
