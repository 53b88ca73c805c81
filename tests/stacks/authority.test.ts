import {
  type AuthorityPlatform,
  type AuthoritySettings,
  authorityReferences,
  outsideAuthorityProblems,
} from "../../stacks/authority";
import { AUTHORITY, OpensslCa } from "../support/openssl-ca";

const ca = new OpensslCa();
afterAll(() => ca.close());

const root = ca.pair({ name: "root" });
const next = ca.pair({ name: "next root" });
const mig = ca.pair({
  ...{ name: "mig", issuer: root },
  extensions: ["basicConstraints=critical,CA:TRUE,pathlen:0", ...AUTHORITY.slice(1)],
});
/** All of them are made by then. */
const now = new Date(Date.now() + 60_000);

const configured = { from: "configuration", key: "migAuthorityKey", certificate: "migAuthorityCertificate" } as const;
const signed = { from: "stack", key: "migAuthorityKey", stack: "pki", name: "prod-mig" } as const;

interface Case {
  readonly settings: AuthoritySettings;
  /** Of the stack `pki`. */
  readonly trustBundle?: string;
  readonly certificates?: Readonly<Record<string, string>>;
  readonly key?: string;
}

function problems({ settings, trustBundle, certificates = {}, key = mig.key }: Case): readonly string[] {
  const configuration: Record<string, string> = { migAuthorityKey: key, migAuthorityCertificate: mig.cert + root.cert };
  const published = new Map([["pki", trustBundle === undefined ? {} : { trustBundle, certificates }]]);
  const found = outsideAuthorityProblems("mig", settings, (name) => configuration[name], published, now);
  return found.map(({ path, reason }) => `${path.join(".")}: ${reason}`);
}

describe("an authority of the configuration", () => {
  const shared = { ...configured, trustStack: "pki" };

  it.each<[string, Case]>([
    ["by itself", { settings: configured }],
    ["with the root that a stack trusts", { settings: shared, trustBundle: root.cert }],
    ["while the root changes", { settings: shared, trustBundle: next.cert + root.cert }],
  ])("is taken %s", (_, found) => expect(problems(found)).toEqual([]));

  it.each<[string, Case, string]>([
    [
      "whose stack does not know its root",
      { settings: shared, trustBundle: next.cert },
      "mig.authority.trustStack: stack pki does not trust the root",
    ],
    [
      "whose stack is not up",
      { settings: shared },
      "mig.authority.trustStack: stack pki has no output pki.trustBundle",
    ],
    [
      "with another key",
      { settings: configured, key: root.key },
      'mig.authority.from: its key is not the one of "CN=mig"',
    ],
  ])("is refused %s", (_, found, reason) => expect(problems(found)).toEqual([expect.stringContaining(reason)]));
});

describe("an authority that a stack has signed", () => {
  const certificates = { "prod-mig": mig.cert };

  it.each<[string, Case]>([
    ["below its root", { settings: signed, trustBundle: root.cert, certificates }],
    ["below one of its roots", { settings: signed, trustBundle: next.cert + root.cert, certificates }],
  ])("is taken %s", (_, found) => expect(problems(found)).toEqual([]));

  it.each<[string, Case, string]>([
    [
      "that it has not signed",
      { settings: signed, trustBundle: root.cert },
      "mig.authority.name: stack pki has signed no prod-mig",
    ],
    [
      "for another key",
      { settings: signed, trustBundle: root.cert, certificates, key: root.key },
      "its key is not the one of",
    ],
    ["below another root", { settings: signed, trustBundle: next.cert, certificates }, "the root is missing"],
    ["of a stack that is not up", { settings: signed }, "mig.authority.stack: stack pki has no output pki.trustBundle"],
  ])("is refused %s", (_, found, reason) => expect(problems(found)).toEqual([expect.stringContaining(reason)]));
});

it("asks for what is not set by the command that sets it", () => {
  const remedies = (settings: AuthoritySettings | undefined, platform: AuthorityPlatform = "mig") =>
    authorityReferences(platform, settings).map(({ remedy }) => remedy);
  expect(remedies(undefined)).toEqual([]);
  expect(remedies(configured)).toEqual(["groundwork ca csr mig", "groundwork ca import mig"]);
  expect(remedies(signed)).toEqual(["groundwork ca csr mig"]);
  // It is nobody's to sign.
  expect(remedies(configured, "icinga2")).toEqual(["groundwork ca import icinga2", "groundwork ca import icinga2"]);
});
