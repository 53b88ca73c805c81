import * as pulumi from "@pulumi/pulumi";

import {
  CertificateAuthority,
  Lifetime,
  NodeCertificate,
  allowedUses,
  alternativeNameProblems,
  holdsName,
  isDnsName,
  namesFor,
  nodeCertificateProblems,
  subjectProblems,
} from "../../components/pki";
import { Recorder } from "./recorder";

describe("a lifetime", () => {
  it.each([
    ["12h", 12],
    ["90d", 2160],
    ["10y", 87_600],
  ])("reads %s", (text, hours) => expect(Lifetime.parse(text).hours).toBe(hours));

  it.each(["90", "", "0d", "-1d", "1.5d", "90 d", "3w"])("refuses %j, which has no known unit", (text) =>
    expect(() => Lifetime.parse(text)).toThrow("is not a lifetime"),
  );

  it("prints in the largest unit that fits", () => {
    expect([Lifetime.years(2), Lifetime.days(90), Lifetime.hours(36)].map(String)).toEqual(["2y", "90d", "36h"]);
  });

  it("gives a share of at least an hour", () => {
    expect(Lifetime.days(90).share(1 / 3).hours).toBe(720);
    expect(Lifetime.hours(2).share(1 / 10).hours).toBe(1);
  });
});

describe("a subject", () => {
  it.each([
    [{ commonName: "relay1" }, []],
    [{ commonName: "" }, ["commonName"]],
    [{ commonName: "a".repeat(65) }, ["commonName"]],
    [{ commonName: "a\nb" }, ["commonName"]],
    [{ commonName: " a" }, ["commonName"]],
    [{ commonName: "a", country: "de" }, ["country"]],
    [{ commonName: "a", country: "DE", organization: "O".repeat(65) }, ["organization"]],
  ])("%j has problems in %j", (subject, attributes) =>
    expect(subjectProblems(subject).map(({ attribute }) => attribute)).toEqual(attributes),
  );
});

describe("Subject Alternative Names", () => {
  it.each([
    ["relay1", true],
    ["relay1.mig.example.net", true],
    ["*.example.net", true],
    ["*", false],
    ["-a.example", false],
    ["a..b", false],
    ["127.0.0.1", false],
    ["a b", false],
  ])("%s as a DNS name: %s", (name, valid) => expect(isDnsName(name)).toBe(valid));

  it("sort an address and a name into their kinds", () => {
    expect(namesFor(["relay1", "127.0.0.1", "::1", "relay1"])).toEqual({
      dnsNames: ["relay1"],
      ipAddresses: ["127.0.0.1", "::1"],
    });
  });

  it("name what cannot be held", () => {
    expect(alternativeNameProblems({ dnsNames: ["127.0.0.1"], ipAddresses: ["relay1"] })).toEqual([
      '"127.0.0.1" is not a DNS name',
      '"relay1" is not an IP address',
    ]);
  });

  it.each([
    ["relay1", true],
    ["RELAY1", true],
    ["a.example.net", true],
    ["a.b.example.net", false],
    ["example.net", false],
    ["10.0.0.1", true],
    ["10.0.0.2", false],
  ])("confirm %s to a client: %s", (dialled, held) =>
    expect(holdsName({ dnsNames: ["relay1", "*.example.net"], ipAddresses: ["10.0.0.1"] }, dialled)).toBe(held),
  );
});

describe("usages", () => {
  it.each([
    ["server", "RSA-2048", ["digital_signature", "key_encipherment", "server_auth"]],
    ["client", "ECDSA-P256", ["digital_signature", "client_auth"]],
    ["peer", "ECDSA-P384", ["digital_signature", "server_auth", "client_auth"]],
    ["any", "RSA-4096", ["digital_signature", "key_encipherment"]],
  ] as const)("of a %s with %s", (usage, algorithm, expected) =>
    expect(allowedUses(usage, algorithm)).toEqual(expected),
  );
});

describe("a node certificate", () => {
  const args = { subject: { commonName: "a" }, usage: "client", lifetime: Lifetime.days(90) } as const;

  it.each([
    ["none when it is right", {}, Lifetime.years(1), []],
    ["no name to dial", { usage: "server" }, Lifetime.years(1), ["needs Subject Alternative Names"]],
    ["none for a node that is told by its subject", { usage: "any" }, Lifetime.years(1), []],
    ["it outlives its authority", {}, Lifetime.days(30), ["longer than its authority's of 30d"]],
    ["it is renewed before it is issued", { renewBefore: Lifetime.days(90) }, Lifetime.years(1), ["cannot be renewed"]],
  ] as const)("tells the problem: %s", (_, change, authority, expected) => {
    const problems = nodeCertificateProblems({ ...args, ...change }, authority);
    expect(problems).toHaveLength(expected.length);
    expected.forEach((text, index) => expect(problems[index]).toContain(text));
  });

  it("is signed by its authority, for what is dialled", async () => {
    const recorder = new Recorder();
    await recorder.run(() => {
      const authority = new CertificateAuthority("ca", {
        subject: { commonName: "CA", organizationalUnit: pulumi.output("a UUID") },
        lifetime: Lifetime.years(10),
        maxPathLength: 0,
      });
      return new NodeCertificate("relay", {
        authority,
        subject: { commonName: "relay1" },
        names: namesFor(["relay1", "10.0.0.1"]),
        usage: "server",
        lifetime: Lifetime.days(90),
      });
    });

    expect(recorder.named("tls:index/selfSignedCert:SelfSignedCert", "ca-certificate").inputs).toMatchObject({
      subject: { commonName: "CA", organizationalUnit: "a UUID" },
      isCaCertificate: true,
      maxPathLength: 0,
      allowedUses: ["cert_signing", "crl_signing"],
      validityPeriodHours: 87_600,
      earlyRenewalHours: 8_760,
    });
    expect(recorder.named("tls:index/certRequest:CertRequest", "relay-request").inputs).toMatchObject({
      dnsNames: ["relay1"],
      ipAddresses: ["10.0.0.1"],
    });
    expect(recorder.named("tls:index/locallySignedCert:LocallySignedCert", "relay-certificate").inputs).toMatchObject({
      caCertPem: "CA CERTIFICATE",
      allowedUses: ["digital_signature", "server_auth"],
      validityPeriodHours: 2_160,
      earlyRenewalHours: 720,
    });
  });
});
