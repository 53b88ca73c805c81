import type { PolicyConfigSchema } from "@pulumi/policy";

/** A resource of which a rule says nothing, and why. */
export interface Exception {
  /** `*` stands for any number of characters. */
  readonly urn: string;
  readonly reason: string;
}

/** Every rule can be configured with them. */
export const EXCEPTIONS: PolicyConfigSchema["properties"][string] = {
  type: "array",
  description: "Resources that the rule leaves alone: their URN, in which * stands for anything, and the reason.",
  items: {
    type: "object",
    properties: { urn: { type: "string", minLength: 1 }, reason: { type: "string", minLength: 1 } },
    required: ["urn", "reason"],
    additionalProperties: false,
  },
  default: [],
};

export function isExcepted(exceptions: readonly Exception[], urn: string): boolean {
  return exceptions.some((exception) => {
    const parts = exception.urn.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`).test(urn);
  });
}
