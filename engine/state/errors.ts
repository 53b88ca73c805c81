/** What can be wrong with a stack's state; the command line maps these to exit codes. */
export class StateError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** There is no such stack (exit code 6). */
export class StackNotFoundError extends StateError {}

/** Another run holds the stack's lock. */
export class StackLockedError extends StateError {}

/** The passphrase is missing or wrong (exit code 3). */
export class PassphraseError extends StateError {}

/** The state breaks a rule that every state must keep; names the URN and the rule. */
export class IntegrityError extends StateError {}
