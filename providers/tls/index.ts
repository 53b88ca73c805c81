import { createFrameworkProvider } from "../base/framework";
import type { ResourceProvider } from "../base/provider";
import { getPublicKey } from "./public-key";
import { certRequest, createLocallySignedCert, createSelfSignedCert, privateKey } from "./resources";

/**
 * What the embedded engine runs for `@pulumi/tls` 5.x: keys, certification requests and certificates, as the official
 * provider makes them. `clock` says when certificates begin and when they are due for renewal.
 */
export function createTlsProvider(clock: () => Date = () => new Date()): ResourceProvider {
  return createFrameworkProvider("tls", {
    config: ["proxy"],
    resources: {
      "tls:index/privateKey:PrivateKey": privateKey,
      "tls:index/certRequest:CertRequest": certRequest,
      "tls:index/selfSignedCert:SelfSignedCert": createSelfSignedCert(clock),
      "tls:index/locallySignedCert:LocallySignedCert": createLocallySignedCert(clock),
    },
    functions: { "tls:index/getPublicKey:getPublicKey": getPublicKey },
    refusedFunctions: {
      "tls:index/getCertificate:getCertificate":
        "it reads certificates from remote servers; pass their PEM as configuration",
    },
  });
}
