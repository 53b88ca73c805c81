import { pbkdf2 } from "node:crypto";
import { promisify } from "node:util";

const ITERATIONS = 50_000;
const BYTES = 20;

/**
 * The ticket by which the signing master signs a request for this name without asking anybody: 40 hexadecimal digits,
 * those that `icinga2 pki ticket --cn <name>` prints. Source: Icinga 2, lib/base/tlsutility.cpp, `PBKDF2_SHA1`.
 *
 * @param salt the constant `TicketSalt` of the signing master
 */
export async function ticket(commonName: string, salt: string): Promise<string> {
  const digest = await promisify(pbkdf2)(commonName, salt, ITERATIONS, BYTES, "sha1");
  return digest.toString("hex");
}
