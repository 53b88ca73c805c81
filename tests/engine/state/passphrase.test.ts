import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keyCrypter, passphraseKeyring } from "../../../engine/state/passphrase";

describe("a keyring", () => {
  const right = passphraseKeyring({ PULUMI_CONFIG_PASSPHRASE: "correct horse" });

  test("opens the salt that it made, also in another run, and refuses another passphrase by name", async () => {
    const { salt, crypter } = await right.create("demo/dev");
    expect(salt).toMatch(/^v1:[A-Za-z0-9+/=]{12}:v1:[A-Za-z0-9+/=]{16}:[A-Za-z0-9+/=]+$/);
    const again = await passphraseKeyring({ PULUMI_CONFIG_PASSPHRASE: "correct horse" }).open(salt, "demo/dev");
    expect(again.decrypt(crypter.encrypt("läßt"))).toBe("läßt");
    const wrong = passphraseKeyring({ PULUMI_CONFIG_PASSPHRASE: "battery staple" });
    await expect(wrong.open(salt, "demo/dev")).rejects.toThrow(/demo\/dev.*PULUMI_CONFIG_PASSPHRASE/);
    await expect(wrong.open(salt, "demo/dev")).rejects.not.toThrow(/battery/);
  });

  test("derives the key of a salt once", async () => {
    const { salt } = await right.create("demo/dev");
    expect(await right.open(salt, "demo/dev")).toBe(await right.open(salt, "demo/dev"));
  });

  test("reads the passphrase from a file, without the line's end", async () => {
    const folder = mkdtempSync(join(tmpdir(), "groundwork-passphrase-"));
    try {
      const file = join(folder, "passphrase");
      writeFileSync(file, "correct horse\n");
      const { salt } = await right.create("demo/dev");
      await expect(
        passphraseKeyring({ PULUMI_CONFIG_PASSPHRASE_FILE: file }).open(salt, "demo/dev"),
      ).resolves.toBeDefined();
      const missing = passphraseKeyring({ PULUMI_CONFIG_PASSPHRASE_FILE: join(folder, "none") });
      await expect(missing.open(salt, "demo/dev")).rejects.toThrow(/PULUMI_CONFIG_PASSPHRASE_FILE names .*none/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("asks where somebody can be asked, and says what to set where nobody can", async () => {
    const asked: string[] = [];
    const asking = passphraseKeyring({}, (question) => {
      asked.push(question);
      return Promise.resolve("correct horse");
    });
    await asking.create("demo/dev");
    await asking.create("demo/dev");
    expect(asked).toEqual(["Passphrase of stack demo/dev"]);
    await expect(passphraseKeyring({}).create("demo/dev")).rejects.toThrow(/demo\/dev.*set PULUMI_CONFIG_PASSPHRASE/);
  });

  test("refuses a salt of another form", async () => {
    await expect(right.open("v2:abc", "demo/dev")).rejects.toThrow(/encryptionsalt/);
  });
});

test.each([
  ["altered", (text: string) => text.replace(/.{4}$/, "AAA=")],
  ["cut short", (text: string) => text.slice(0, 20)],
  ["of another form", () => "plain"],
])("a ciphertext that is %s is refused", (_, damage) => {
  const crypter = keyCrypter(Buffer.alloc(32));
  expect(() => crypter.decrypt(damage(crypter.encrypt("secret")))).toThrow(/ciphertext/);
});
