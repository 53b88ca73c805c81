import type { OperationOptions } from "./operation";

/** `--target`: URNs in which `*` stands for any text within a part and `**` for any text. Source: Pulumi's CLI. */
export class Targets {
  private readonly patterns: readonly RegExp[];
  private readonly hits = new Set<number>();

  constructor(private readonly globs: readonly string[]) {
    this.patterns = globs.map((glob) => {
      const body = glob.split("**").map((part) => part.split("*").map(escapeRegExp).join("[^:]*"));
      return new RegExp(`^${body.join(".*")}$`, "s");
    });
  }

  get isAll(): boolean {
    return this.globs.length === 0;
  }

  has(urn: string): boolean {
    if (this.isAll) return true;
    const hit = this.patterns.findIndex((pattern) => pattern.test(urn));
    if (hit >= 0) this.hits.add(hit);
    return hit >= 0;
  }

  /** Targets that name one resource and met none: most likely misspelt. */
  get missed(): string[] {
    return this.globs.filter((glob, index) => !glob.includes("*") && !this.hits.has(index));
  }
}

/** What an operation is about, of everything: `--target` or `--exclude`, with or without dependents. */
export class Scope {
  private readonly targets: Targets;
  private readonly excludes: Targets;
  private readonly followed = new Set<string>();
  private readonly left = new Set<string>();

  constructor(
    private readonly options: Pick<OperationOptions, "targets" | "targetDependents" | "excludes" | "excludeDependents">,
  ) {
    this.targets = new Targets(options.targets);
    this.excludes = new Targets(options.excludes ?? []);
  }

  get isAll(): boolean {
    return this.targets.isAll && this.excludes.isAll;
  }

  get excludesSome(): boolean {
    return !this.excludes.isAll;
  }

  /** Whether it is named itself. */
  has(urn: string): boolean {
    return this.targets.has(urn) && !this.excludesItself(urn);
  }

  private excludesItself(urn: string): boolean {
    return this.excludesSome && this.excludes.has(urn);
  }

  /** Whether it is in, itself or by what it refers to, of which has to be asked first. */
  covers(urn: string, references: Iterable<string>): boolean {
    if (this.isAll) return true;
    const { targetDependents = false, excludeDependents = false } = this.options;
    const all = [...references];
    if (this.excludesItself(urn) || (excludeDependents && all.some((each) => this.left.has(each)))) {
      this.left.add(urn);
      return false;
    }
    if (!this.targets.has(urn) && !(targetDependents && all.some((each) => this.followed.has(each)))) return false;
    this.followed.add(urn);
    return true;
  }

  get missed(): string[] {
    return [...this.targets.missed, ...this.excludes.missed];
  }
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
