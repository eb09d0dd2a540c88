/** A mistake of the user's: its message is printed as it stands, without a stack trace, and the exit code is 1. */
export class UserError extends Error {
  override readonly name = "UserError";
}
