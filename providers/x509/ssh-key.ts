import { createHash, createPrivateKey, randomBytes } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { membersOf, readDer } from "./der-reader";
import { CURVES, kindOf } from "./key-kind";
import { toPem } from "./pem";
import { derOfPublicKey } from "./keys";
import { rawPublicKey } from "./public-key-info";

/** The formats of OpenSSH: RFC 4253 (6.6), RFC 5656 (3.1), RFC 8709 and OpenSSH's PROTOCOL.key. */

const text = (value: string): Buffer => Buffer.from(value, "utf8");

function field(content: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
}

const fields = (...contents: readonly Uint8Array[]): Buffer => Buffer.concat(contents.map(field));

const none = Buffer.alloc(0);

/** A positive multiple precision integer, from the base64url of a JWK. */
function number(base64url: string | undefined): Buffer {
  const bytes = Buffer.from(base64url ?? "", "base64url");
  const first = bytes.findIndex((byte) => byte !== 0);
  const shortest = first === -1 ? Buffer.alloc(0) : bytes.subarray(first);
  return (shortest[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), shortest]) : shortest;
}

interface SshParts {
  readonly type: string;
  /** What follows the type in the public key. */
  readonly publicFields: readonly Buffer[];
  /** What follows the type in the private key. */
  readonly privateFields: () => readonly Buffer[];
}

/** `undefined` for P-224, which OpenSSH does not know. */
function partsOf(key: KeyObject): SshParts | undefined {
  const kind = kindOf(key);
  switch (kind.algorithm) {
    case "RSA": {
      const [n = none, e = none] = membersOf(readDer(rawPublicKey(derOfPublicKey(key)))).map(({ content }) => content);
      return {
        type: "ssh-rsa",
        publicFields: [e, n],
        privateFields: () => {
          const jwk = key.export({ format: "jwk" });
          return [jwk.n, jwk.e, jwk.d, jwk.qi, jwk.p, jwk.q].map(number);
        },
      };
    }
    case "ECDSA": {
      const curve = CURVES[kind.curve].ssh;
      if (curve === undefined) return undefined;
      const publicFields = [text(curve), rawPublicKey(derOfPublicKey(key))];
      return {
        type: `ecdsa-sha2-${curve}`,
        publicFields,
        privateFields: () => [...publicFields, number(key.export({ format: "jwk" }).d)],
      };
    }
    case "ED25519": {
      const point = rawPublicKey(derOfPublicKey(key));
      return {
        type: "ssh-ed25519",
        publicFields: [point],
        privateFields: () => [
          point,
          Buffer.concat([Buffer.from(key.export({ format: "jwk" }).d ?? "", "base64url"), point]),
        ],
      };
    }
  }
}

export interface SshPublicKey {
  /** One line of `authorized_keys`, without comment; all are empty for P-224. */
  readonly authorizedKey: string;
  readonly fingerprintMd5: string;
  readonly fingerprintSha256: string;
}

export function sshPublicKey(key: KeyObject): SshPublicKey {
  const parts = partsOf(key);
  if (parts === undefined) return { authorizedKey: "", fingerprintMd5: "", fingerprintSha256: "" };
  const blob = fields(text(parts.type), ...parts.publicFields);
  const md5 = createHash("md5").update(blob).digest("hex");
  return {
    authorizedKey: `${parts.type} ${blob.toString("base64")}\n`,
    fingerprintMd5: (md5.match(/../g) ?? []).join(":"),
    fingerprintSha256: `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`,
  };
}

const BLOCK_BYTES = 8;

/** The unencrypted private key in OpenSSH's own format; empty for P-224. */
export function sshPrivateKey(key: KeyObject): string {
  const parts = partsOf(key);
  if (parts === undefined) return "";
  const check = randomBytes(4);
  const noComment = field(Buffer.alloc(0));
  const secrets = Buffer.concat([check, check, fields(text(parts.type), ...parts.privateFields()), noComment]);
  const padding = Buffer.from(Array.from({ length: -secrets.length & (BLOCK_BYTES - 1) }, (_, i) => i + 1));
  const numberOfKeys = Buffer.from([0, 0, 0, 1]);
  const body = Buffer.concat([
    text("openssh-key-v1\0"),
    fields(text("none"), text("none"), Buffer.alloc(0)),
    numberOfKeys,
    field(fields(text(parts.type), ...parts.publicFields)),
    field(Buffer.concat([secrets, padding])),
  ]);
  return toPem("OPENSSH PRIVATE KEY", body);
}

/** A private key in OpenSSH's own format. Throws an error that shows nothing of it. */
export async function parseSshPrivateKey(pem: string): Promise<KeyObject> {
  // Loaded when it is needed, which is seldom: it takes as long as all the rest of this provider.
  const { utils } = await import("ssh2");
  const key = utils.parseKey(pem);
  if (key instanceof Error || !key.isPrivateKey()) {
    throw new Error("is not an unencrypted private key in OpenSSH format");
  }
  return createPrivateKey(key.getPrivatePEM());
}
