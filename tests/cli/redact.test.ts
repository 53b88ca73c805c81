import { Redactor } from "../../cli/redact";
import { Secret } from "../../providers/base/values";
import { resource, step } from "./display";

const KEY = "-----BEGIN KEY-----\nMIICyzCCAbOgAwIBAgIQYoD\n-----END KEY-----\n";

describe("secrets are taken out of messages", () => {
  it.each([
    ["as they are", "login with s3cret/word failed", "login with [secret] failed"],
    ["within an URL", "GET http://admin:s3cret%2Fword@host/", "GET http://admin:[secret]@host/"],
    ["as JSON", JSON.stringify({ key: KEY }), '{"key":"[secret]"}'],
    ["a line of a longer one", "read MIICyzCCAbOgAwIBAgIQYoD of it", "read [secret] of it"],
    ["a member of a structured one", "token is inner-token", "token is [secret]"],
    ["nothing else", "the word secret stays", "the word secret stays"],
  ])("%s", (_, message, expected) => {
    const redactor = new Redactor();
    for (const secret of ["s3cret/word", KEY, '{"token":"inner-token"}']) redactor.addValue(secret);
    expect(redactor.text(message)).toBe(expected);
  });

  it("also when they were made only in this run, and are nested", () => {
    const redactor = new Redactor();
    const made = resource("pw", { outputs: { list: [{ result: new Secret("generated-1") }] } });
    redactor.event({ kind: "step-done", planning: false, step: step("create", made), seconds: 0 });
    const message = redactor.event({ kind: "diagnostic", severity: "error", message: "psql: generated-1 refused" });
    expect(message).toMatchObject({ message: "psql: [secret] refused" });
  });

  it("the passphrase too", () => {
    expect(Redactor.ofEnvironment({ PULUMI_CONFIG_PASSPHRASE: "open sesame" }).text("open sesame!")).toBe("[secret]!");
  });
});
