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

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
