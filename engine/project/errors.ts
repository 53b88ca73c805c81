/** The project or its configuration is wrong (exit code 2); the message names file and key. */
export class ProjectError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ProjectError";
  }
}
