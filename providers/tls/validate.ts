import type { CheckFailure } from "../base/provider";
import { containsUnknown, isPropertyMap, Unknown } from "../base/values";
import type { PropertyMap } from "../base/values";
import { derOfPublicKey, encodeSubject, isEmptyName, parseCertificate, parsePrivateKey, parseRequest } from "../x509";
import type { Subject } from "../x509";

/** What makes the signing of a certificate fail and no single property can tell. */
export function judgeSelfSigned(inputs: PropertyMap): readonly CheckFailure[] {
  const { isCaCertificate, setAuthorityKeyId, setSubjectKeyId, subject } = inputs;
  const failures = [...judgePathLength(inputs)];
  const named =
    isPropertyMap(subject) && !containsUnknown(subject)
      ? !isEmptyName(encodeSubject(subject as Subject))
      : subject !== undefined && containsUnknown(subject);
  if (isCaCertificate === true && !named) {
    failures.push({ property: "subject", reason: "a CA certificate needs a subject that is not empty" });
  }
  const mayHaveKeyId = [isCaCertificate, setSubjectKeyId].some((flag) => flag === true || flag instanceof Unknown);
  if (setAuthorityKeyId === true && !mayHaveKeyId) {
    failures.push({ property: "setAuthorityKeyId", reason: "setAuthorityKeyId needs setSubjectKeyId as well" });
  }
  return failures;
}

export function judgeLocallySigned(inputs: PropertyMap): readonly CheckFailure[] {
  const { caCertPem, caPrivateKeyPem, certRequestPem, isCaCertificate } = inputs;
  const failures = [...judgePathLength(inputs)];
  if (typeof caCertPem === "string" && typeof caPrivateKeyPem === "string") {
    const certified = parseCertificate(caCertPem).publicKey;
    if (!certified.equals(derOfPublicKey(parsePrivateKey(caPrivateKeyPem)))) {
      failures.push({
        property: "caPrivateKeyPem",
        reason: "caPrivateKeyPem is not the key of the certificate in caCertPem",
      });
    }
  }
  if (isCaCertificate === true && typeof certRequestPem === "string") {
    if (isEmptyName(parseRequest(certRequestPem).subject)) {
      failures.push({
        property: "certRequestPem",
        reason: "a CA certificate needs a request with a subject that is not empty",
      });
    }
  }
  return failures;
}

/** The official provider fails when it signs such a certificate. */
function judgePathLength({ isCaCertificate, maxPathLength }: PropertyMap): CheckFailure[] {
  if (isCaCertificate === true || isCaCertificate instanceof Unknown) return [];
  if (typeof maxPathLength !== "number" || maxPathLength <= 0) return [];
  return [
    {
      property: "maxPathLength",
      reason: "maxPathLength is for CA certificates only: set isCaCertificate or leave it out",
    },
  ];
}
