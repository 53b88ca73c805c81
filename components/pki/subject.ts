import type * as pulumi from "@pulumi/pulumi";

/** A Distinguished Name, by the attributes that private CAs use. */
export interface Subject {
  readonly commonName: string;
  readonly organization?: string;
  readonly organizationalUnit?: string;
  /** ISO 3166-1 alpha-2, upper case: `DE`. */
  readonly country?: string;
}

/** A subject with attributes that become known only later, such as a generated UUID: those are not judged. */
export type SubjectArgs = { readonly [A in keyof Subject]: pulumi.Input<Subject[A]> };

export const COMMON_NAME_LIMIT = 64;

/** Upper bounds of RFC 5280, appendix A.1 (ub-common-name and its kin). */
const LIMITS: Readonly<Record<keyof Subject, number>> = {
  commonName: COMMON_NAME_LIMIT,
  organization: 64,
  organizationalUnit: 64,
  country: 2,
};

/** Why the subject cannot be in a certificate, by attribute; empty when it can. Source: RFC 5280, section 4.1.2.4. */
export function subjectProblems(subject: SubjectArgs): readonly { attribute: keyof Subject; reason: string }[] {
  const attributes = Object.keys(LIMITS) as (keyof Subject)[];
  return attributes.flatMap((attribute) => {
    const value = subject[attribute];
    if (typeof value !== "string") return [];
    const reason = attributeProblem(attribute, value);
    return reason === undefined ? [] : [{ attribute, reason }];
  });
}

function attributeProblem(attribute: keyof Subject, value: string): string | undefined {
  if (value.trim() === "") return "is empty";
  if (value !== value.trim()) return `has white space around it: "${value}"`;
  // eslint-disable-next-line no-control-regex -- control characters are what this looks for
  if (/[\x00-\x1f\x7f]/.test(value)) return "holds a control character";
  if ([...value].length > LIMITS[attribute]) return `is longer than ${LIMITS[attribute]} characters`;
  if (attribute === "country" && !/^[A-Z]{2}$/.test(value)) return `is not a two-letter country code: "${value}"`;
  return undefined;
}
