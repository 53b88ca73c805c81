/** `--target`: URNs in which `*` stands for any text within a part and `**` for any text. Source: Pulumi's CLI. */
export class Targets {
  private readonly patterns: readonly RegExp[];

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
    return this.isAll || this.patterns.some((pattern) => pattern.test(urn));
  }
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
