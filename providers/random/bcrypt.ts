import { hash } from "bcryptjs";

const COST = 10;
/** What bcrypt takes of a password, in bytes; the official provider cuts there as well. */
const LIMIT = 72;

export function bcryptHash(password: string): Promise<string> {
  return hash(Buffer.from(password).subarray(0, LIMIT).toString(), COST);
}
