/**
 * Pulumi's resource names: `urn:pulumi:<stack>::<project>::<qualified type>::<name>`, where the qualified type
 * is the parent's qualified type, `$` and the resource's own type. The name may hold `::`.
 */
export const STACK_TYPE = "pulumi:pulumi:Stack";
/** Serves resources that bring their own provider (`pulumi.dynamic.Resource`). */
export const DYNAMIC_PACKAGE = "pulumi-nodejs";
const PROVIDER_TYPE_PREFIX = "pulumi:providers:";

interface UrnParts {
  readonly stack: string;
  readonly project: string;
  readonly qualifiedType: string;
  readonly name: string;
}

export function parseUrn(urn: string): UrnParts {
  const match = /^urn:pulumi:(.*?)::(.*?)::(.*?)::(.*)$/s.exec(urn);
  if (match === null) throw new Error(`"${urn}" is not a URN: urn:pulumi:<stack>::<project>::<type>::<name>`);
  const [, stack = "", project = "", qualifiedType = "", name = ""] = match;
  return { stack, project, qualifiedType, name };
}

export function createUrn(parts: {
  stack: string;
  project: string;
  parent?: string;
  type: string;
  name: string;
}): string {
  const parentType = parts.parent === undefined ? STACK_TYPE : parseUrn(parts.parent).qualifiedType;
  const qualified = parentType === STACK_TYPE ? parts.type : `${parentType}$${parts.type}`;
  return `urn:pulumi:${parts.stack}::${parts.project}::${qualified}::${parts.name}`;
}

export function urnName(urn: string): string {
  return parseUrn(urn).name;
}

export function isProviderType(type: string): boolean {
  return type.startsWith(PROVIDER_TYPE_PREFIX);
}

export function providerType(packageName: string): string {
  return PROVIDER_TYPE_PREFIX + packageName;
}

/** The package of a type token: `rabbitmq` of both `rabbitmq:index/user:User` and `pulumi:providers:rabbitmq`. */
export function packageOf(type: string): string {
  return isProviderType(type) ? type.slice(PROVIDER_TYPE_PREFIX.length) : (type.split(":")[0] ?? "");
}

/** A provider reference, `<urn>::<id>`; the id may not hold `::`. */
export function parseProviderRef(ref: string): { urn: string; id: string } {
  const at = ref.lastIndexOf("::");
  return { urn: ref.slice(0, at), id: ref.slice(at + 2) };
}

/** Whether the provider is one that the program did not name (`default_5_6_1`). */
export function isDefaultProvider(urn: string): boolean {
  const { qualifiedType, name } = parseUrn(urn);
  return isProviderType(qualifiedType) && /^default(_|$)/.test(name);
}
