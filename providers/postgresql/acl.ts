import { escapeIdentifier } from "pg";

/** What one grantee holds directly on one object, of one grantor or several. */
export interface HeldRights {
  readonly privileges: readonly string[];
  /** Those held with grant option. */
  readonly grantable: readonly string[];
}

/** The rights that a Grant wants, and how far it may take others away. */
export interface WantedRights {
  readonly privileges: readonly string[];
  readonly withGrantOption: boolean;
  /** Privileges that are revoked when they are held but not wanted. */
  readonly revocable: readonly string[];
}

/** What is to be given and taken on one object. */
export interface RightsPlan {
  readonly grant: readonly string[];
  readonly revoke: readonly string[];
  readonly revokeGrantOption: readonly string[];
}

/** A GRANT or REVOKE as a value. */
export interface AclStatement {
  readonly verb: "GRANT" | "REVOKE" | "REVOKE GRANT OPTION FOR";
  readonly privileges: readonly string[];
  /** Names as they are, not quoted. */
  readonly columns?: readonly string[];
  /** Kind and quoted names: `TABLE public.t1, public.t2`. */
  readonly on: string;
  /** Role name as it is; `public` is everybody. */
  readonly role: string;
  readonly withGrantOption?: boolean;
  /** Of a REVOKE: takes away as well what the role has given on. */
  readonly cascade?: boolean;
}

/** `public` names everybody, quoted or not. */
export function roleSpec(role: string): string {
  return role === "public" ? "PUBLIC" : escapeIdentifier(role);
}

/** What has to be done so that `held` becomes `wanted`; nothing that is held and wanted is taken away in between. */
export function planRights(held: HeldRights, wanted: WantedRights): RightsPlan {
  const lacks = (p: string) => !held.privileges.includes(p) || (wanted.withGrantOption && !held.grantable.includes(p));
  return {
    grant: wanted.privileges.filter(lacks),
    revoke: held.privileges.filter((p) => wanted.revocable.includes(p) && !wanted.privileges.includes(p)),
    revokeGrantOption: wanted.withGrantOption ? [] : held.grantable.filter((p) => wanted.privileges.includes(p)),
  };
}

export function printStatement(statement: AclStatement): string {
  const columns = statement.columns ? ` (${statement.columns.map(escapeIdentifier).join(", ")})` : "";
  const privileges = statement.privileges.map((p) => p + columns).join(", ");
  const preposition = statement.verb === "GRANT" ? "TO" : "FROM";
  const option = statement.verb === "GRANT" && statement.withGrantOption ? " WITH GRANT OPTION" : "";
  const cascade = statement.cascade ? " CASCADE" : "";
  return `${statement.verb} ${privileges} ON ${statement.on} ${preposition} ${roleSpec(statement.role)}${option}${cascade}`;
}

type Target = Pick<AclStatement, "columns" | "on" | "role">;

/** The statements of a plan for one target, gains first. */
export function statementsOf(plan: RightsPlan, target: Target, withGrantOption: boolean): AclStatement[] {
  const statements: AclStatement[] = [
    { ...target, verb: "GRANT", privileges: plan.grant, withGrantOption },
    { ...target, verb: "REVOKE", privileges: plan.revoke },
    { ...target, verb: "REVOKE GRANT OPTION FOR", privileges: plan.revokeGrantOption },
  ];
  return statements.filter((s) => s.privileges.length > 0);
}
