import * as pulumi from "@pulumi/pulumi";
import { preview, run, up } from "../case";
import type { Case } from "../case";
import { Group, Place, Thing } from "../resources";

/** Something of everything that a state holds. */
const everything = () => {
  const place = new Place("place", { place: "here", password: pulumi.secret("s3cret") });
  const group = new Group("group", {}, { of: "group" });
  const a = new Thing("a", { value: pulumi.secret({ deep: [1, 2, null] }) }, { parent: group, protect: true });
  const b = new Thing(
    "b",
    { value: a.made, text: "ü\u0000\u2028" },
    { provider: place, additionalSecretOutputs: ["made"] },
  );
  new Thing("c", {}, { dependsOn: b, deletedWith: a, retainOnDelete: true, ignoreChanges: ["value"] });
  return { plain: a.made, hidden: pulumi.secret({ a: [1] }), group: group.urn };
};

/** Keys and passwords are other ones each time. The packages are large, and no other case needs them. */
const certificates = async () => {
  const { PrivateKey, SelfSignedCert } = await import("@pulumi/tls");
  const { RandomPassword } = await import("@pulumi/random");
  const key = new PrivateKey("key", { algorithm: "ECDSA", ecdsaCurve: "P256" });
  const certificate = new SelfSignedCert("certificate", {
    ...{ privateKeyPem: key.privateKeyPem, subject: { commonName: "ca" }, isCaCertificate: true },
    ...{ validityPeriodHours: 100, allowedUses: ["cert_signing"] },
  });
  const password = new RandomPassword("password", { length: 20, special: false });
  return { certificate: certificate.certPem, password: password.result };
};

/** What one engine wrote the other finds unchanged: of most use when both play in turn on one state. */
export const CROSSING: readonly Case[] = [
  {
    name: "a state with something of everything shows no changes",
    turns: [up(everything), preview(everything, "--expect-no-changes"), up(everything), run("refresh")],
  },
  {
    name: "a state with keys, certificates and passwords of our own providers shows no changes",
    compared: ["succeeded", "steps", "summary"],
    turns: [
      up(certificates),
      preview(certificates, "--expect-no-changes"),
      run("refresh", "--expect-no-changes"),
      up(certificates, "--expect-no-changes"),
      run("destroy"),
    ],
  },
];
