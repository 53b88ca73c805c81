import * as pulumi from "@pulumi/pulumi";
import * as rabbitmq from "@pulumi/rabbitmq";
import * as tls from "@pulumi/tls";

const config = new pulumi.Config();
const ecdsa = { algorithm: "ECDSA", ecdsaCurve: "P256" };

const caKey = new tls.PrivateKey("ca", ecdsa);
const ca = new tls.SelfSignedCert("ca", {
  privateKeyPem: caKey.privateKeyPem,
  isCaCertificate: true,
  validityPeriodHours: 24 * 365,
  allowedUses: ["cert_signing", "crl_signing"],
  subject: { commonName: "bench CA" },
});
const broker = new rabbitmq.Provider("broker", {
  endpoint: config.require("endpoint"),
  username: config.require("username"),
  password: config.requireSecret("password"),
});
const opts = { provider: broker };
const vhost = new rabbitmq.VHost("vhost", { name: "bench" }, opts);

for (let i = 0; i < config.requireNumber("nodes"); i++) {
  const key = new tls.PrivateKey(`node-${i}`, ecdsa);
  const request = new tls.CertRequest(`node-${i}`, {
    privateKeyPem: key.privateKeyPem,
    subject: { commonName: `node-${i}` },
    dnsNames: [`node-${i}`],
  });
  new tls.LocallySignedCert(`node-${i}`, {
    certRequestPem: request.certRequestPem,
    caPrivateKeyPem: caKey.privateKeyPem,
    caCertPem: ca.certPem,
    validityPeriodHours: 24 * 90,
    allowedUses: ["client_auth"],
  });
  const user = new rabbitmq.User(`node-${i}`, { name: `bench-${i}`, password: pulumi.secret(`password-${i}`) }, opts);
  const permissions = { configure: "^$", write: "^$", read: `^node-${i}$` };
  new rabbitmq.Permissions(`node-${i}`, { user: user.name, vhost: vhost.name, permissions }, opts);
}
