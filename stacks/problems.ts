import type { z } from "zod";

/** A place within an environment: `["hosts", 2, "address"]`. */
export type Path = readonly PropertyKey[];

export interface Problem {
  readonly path: Path;
  readonly reason: string;
}

/** `groundwork:environment.hosts[2].address` */
export function formatPath(root: string, path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    const name = String(step);
    return /^[A-Za-z_][\w-]*$/.test(name) ? `${text}.${name}` : `${text}[${JSON.stringify(name)}]`;
  }, root);
}

/** One line a problem, each naming file and path. */
export function formatProblems(file: string, root: string, problems: readonly Problem[]): string {
  return problems.map(({ path, reason }) => `${file}: ${formatPath(root, path)}: ${reason}`).join("\n");
}

/** What zod found, a problem a wrong key, in words that do not presume to know it. */
export function problemsOf(error: z.ZodError): readonly Problem[] {
  return error.issues.flatMap((issue): readonly Problem[] => {
    switch (issue.code) {
      case "unrecognized_keys":
        return issue.keys.map((key) => ({ path: [...issue.path, key], reason: "there is no such key" }));
      case "invalid_type":
        return [{ path: issue.path, reason: issue.input === undefined ? missing(issue) : issue.message }];
      default:
        return [{ path: issue.path, reason: issue.message }];
    }
  });
}

function missing({ message }: { readonly message: string }): string {
  return message.endsWith("received undefined") ? "is missing" : message;
}
