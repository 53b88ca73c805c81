import type { FrameworkResource } from "../base/framework-spec";
import type { PropertyMap } from "../base/values";
import {
  derOfPublicKey,
  encodeAlternativeNames,
  encodeNames,
  encodeSubject,
  generateKey,
  hoursAfter,
  kindOf,
  parseCertificate,
  parsePrivateKey,
  parseRequest,
  signCertificate,
  signRequest,
  sshPrivateKey,
  subjectKeyIdOf,
  toPem,
} from "../x509";
import type { Algorithm, CertificateTemplate, Curve, SignedCertificate, Subject } from "../x509";
import { stateId } from "./state-id";
import { publicKeyAttributes } from "./public-key";
import { isDue } from "./renewal";
import { CERTIFICATE_REQUEST, LOCALLY_SIGNED, PRIVATE_KEY, REFUSED, SELF_SIGNED } from "./schema";
import { judgeLocallySigned, judgeSelfSigned } from "./validate";

const text = (of: PropertyMap, name: string): string => String(of[name] ?? "");
const texts = (of: PropertyMap, name: string): readonly string[] => (of[name] ?? []) as readonly string[];
const subjectOf = (of: PropertyMap): Buffer => encodeSubject((of["subject"] ?? {}) as Subject);

const namesOf = (of: PropertyMap): Buffer[] =>
  encodeNames({
    dnsNames: texts(of, "dnsNames"),
    ipAddresses: texts(of, "ipAddresses"),
    uris: texts(of, "uris"),
  });

export const privateKey: FrameworkResource = {
  attributes: PRIVATE_KEY,
  schemaVersion: 1,
  async create(planned) {
    const algorithm = text(planned, "algorithm") as Algorithm;
    const key = await generateKey(algorithm, Number(planned["rsaBits"]), text(planned, "ecdsaCurve") as Curve);
    const pkcs8 = key.export({ type: "pkcs8", format: "pem" }).toString();
    const pem = {
      RSA: () => key.export({ type: "pkcs1", format: "pem" }).toString(),
      ECDSA: () => key.export({ type: "sec1", format: "pem" }).toString(),
      ED25519: () => pkcs8,
    }[algorithm]();
    for (const written of [pem, pkcs8]) parsePrivateKey.remember(written, key);
    return {
      ...publicKeyAttributes(key),
      privateKeyPem: pem,
      privateKeyPemPkcs8: pkcs8,
      privateKeyOpenssh: sshPrivateKey(key),
    };
  },
};

export const certRequest: FrameworkResource = {
  attributes: CERTIFICATE_REQUEST,
  refused: REFUSED,
  async create(planned) {
    const key = parsePrivateKey(text(planned, "privateKeyPem"));
    const der = await signRequest(subjectOf(planned), encodeAlternativeNames(namesOf(planned), false), key);
    return {
      id: stateId(der),
      certRequestPem: toPem("CERTIFICATE REQUEST", der),
      keyAlgorithm: kindOf(key).algorithm,
    };
  },
};

/** Certificates live by a clock: it says when they begin and whether they are due for renewal. */
export function createSelfSignedCert(clock: () => Date): FrameworkResource {
  return {
    ...renewing(clock),
    attributes: SELF_SIGNED,
    refused: REFUSED,
    validate: judgeSelfSigned,
    async create(planned) {
      const key = parsePrivateKey(text(planned, "privateKeyPem"));
      const name = subjectOf(planned);
      const common = commonTemplate(planned, derOfPublicKey(key), clock());
      const authorityKeyId = planned["setAuthorityKeyId"] === true ? common.subjectKeyId : undefined;
      const template = {
        ...common,
        subject: name,
        issuer: name,
        names: namesOf(planned),
        ...(authorityKeyId && { authorityKeyId }),
      };
      const outputs = certificateOutputs(template, await signCertificate(template, key));
      return { ...outputs, keyAlgorithm: kindOf(key).algorithm };
    },
  };
}

export function createLocallySignedCert(clock: () => Date): FrameworkResource {
  return {
    ...renewing(clock),
    attributes: LOCALLY_SIGNED,
    refused: REFUSED,
    validate: judgeLocallySigned,
    async create(planned) {
      const request = parseRequest(text(planned, "certRequestPem"));
      const ca = parseCertificate(text(planned, "caCertPem"));
      const caKey = parsePrivateKey(text(planned, "caPrivateKeyPem"));
      // A certificate of the CA's own name counts as self-signed, which Go gives no authority key identifier.
      const authorityKeyId = request.subject.equals(ca.name) ? undefined : ca.subjectKeyId;
      const template = {
        ...commonTemplate(planned, request.publicKey, clock()),
        ...request,
        issuer: ca.name,
        ...(authorityKeyId && { authorityKeyId }),
      };
      const outputs = certificateOutputs(template, await signCertificate(template, caKey));
      return { ...outputs, caKeyAlgorithm: kindOf(caKey).algorithm };
    },
  };
}

function renewing(clock: () => Date): Pick<FrameworkResource, "expired" | "refresh"> {
  return {
    expired: (planned) => (isDue(planned, clock()) ? ["readyForRenewal"] : []),
    refresh: (state) => (isDue(state, clock()) ? { ...state, readyForRenewal: true } : state),
  };
}

function commonTemplate(planned: PropertyMap, publicKey: Buffer, now: Date) {
  const isCa = planned["isCaCertificate"] === true;
  const limit = planned["maxPathLength"];
  return {
    publicKey,
    isCa,
    notBefore: now,
    notAfter: hoursAfter(now, Number(planned["validityPeriodHours"])),
    allowedUses: texts(planned, "allowedUses"),
    ...(typeof limit === "number" && { maxPathLength: limit }),
    ...((isCa || planned["setSubjectKeyId"] === true) && { subjectKeyId: subjectKeyIdOf(publicKey) }),
  };
}

function certificateOutputs(of: CertificateTemplate, { serialNumber, der }: SignedCertificate): PropertyMap {
  return {
    id: serialNumber.toString(),
    certPem: toPem("CERTIFICATE", der),
    validityStartTime: rfc3339(of.notBefore),
    validityEndTime: rfc3339(of.notAfter),
  };
}

/** Without the zeros at the end of the fraction, as Go prints it. */
const rfc3339 = (date: Date): string => date.toISOString().replace(/\.?0*Z$/, "Z");
