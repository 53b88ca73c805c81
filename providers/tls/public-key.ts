import type { KeyObject } from "node:crypto";
import type { InvokeResult } from "../base/provider";
import { Secret } from "../base/values";
import type { PropertyMap } from "../base/values";
import { derOfPublicKey, kindOf, parsePrivateKey, parseSshPrivateKey, publicOf, sshPublicKey, toPem } from "../x509";
import { stateId } from "./state-id";

/** What resources and functions say of a key's public half. */
export function publicKeyAttributes(key: KeyObject): PropertyMap {
  const der = derOfPublicKey(key);
  const ssh = sshPublicKey(key);
  return {
    id: stateId(der),
    publicKeyPem: toPem("PUBLIC KEY", der),
    publicKeyOpenssh: ssh.authorizedKey,
    publicKeyFingerprintMd5: ssh.fingerprintMd5,
    publicKeyFingerprintSha256: ssh.fingerprintSha256,
  };
}

const FORMATS = { privateKeyPem: parsePrivateKey, privateKeyOpenssh: parseSshPrivateKey } as const;

/** The function `tls.getPublicKey`: exactly one private key in, its public half out. */
export async function getPublicKey(args: PropertyMap): Promise<InvokeResult> {
  const given = (["privateKeyPem", "privateKeyOpenssh"] as const).filter((name) => args[name] !== undefined);
  const [format] = given;
  if (format === undefined || given.length > 1) {
    return fail("privateKeyPem", "exactly one of privateKeyPem and privateKeyOpenssh must be given");
  }
  const pem = args[format];
  if (typeof pem !== "string") return fail(format, `${format} must be a string`);
  try {
    const key = await FORMATS[format](pem);
    const result = {
      algorithm: kindOf(key).algorithm,
      ...publicKeyAttributes(publicOf(key)),
      [format]: new Secret(pem),
    };
    return { result, failures: [] };
  } catch (error) {
    return fail(format, `${format} ${error instanceof Error ? error.message : "cannot be read"}`);
  }
}

const fail = (property: string, reason: string): InvokeResult => ({ result: {}, failures: [{ property, reason }] });
