/** What a program or a user asks for and the embedded engine does not do: refused by name, never ignored. */
export class UnsupportedError extends Error {
  constructor(
    /** URN, file or command. */
    readonly subject: string,
    readonly feature: string,
  ) {
    super(`${subject}: ${feature} is not supported by the embedded engine; remove it, or use Pulumi's own CLI`);
    this.name = "UnsupportedError";
  }
}

/** A step that failed: reported on its resource already, so that nobody reports it twice. */
export class StepFailedError extends Error {
  constructor(readonly urn: string) {
    super(`resource ${urn} failed`);
    this.name = "StepFailedError";
  }
}

/** No more steps are begun: something failed before, or the user cancelled. */
export class StoppedError extends Error {
  constructor() {
    super("the operation is stopping");
    this.name = "StoppedError";
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
