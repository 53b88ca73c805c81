import { spawnSync } from "node:child_process";

import { shellWord, textOfBytes, visible } from "../../../providers/base/shell-word";

const bytes = (...all: (string | number)[]): Buffer =>
  Buffer.concat(all.map((each) => (typeof each === "number" ? Buffer.from([each]) : Buffer.from(each))));

test.each([
  ["a plain word", bytes("/etc/mig/agent.cfg")],
  ["nothing", bytes()],
  ["blanks and quotes", bytes('it\'s "a" $HOME `id` \\ *')],
  ["line breaks and escapes", bytes("a\nb\t'\\\u001b[2K")],
  ["other scripts", bytes("müll eimer 桶 🪣")],
  ["signs that turn the direction of what follows", bytes("a\u202egepj")],
  ["bytes that are no UTF-8", bytes("a", 0xff, "b'", 0xc3, "ü")],
])("a shell reads %s as it was, from one line that shows all of it", (_, name) => {
  const word = shellWord(textOfBytes(name));
  expect(word).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
  const { stdout, status } = spawnSync("bash", ["-c", `printf %s ${word}`]);
  expect(status).toBe(0);
  expect(stdout).toEqual(name);
});

test.each([
  ["a\nb\u001b[2K", "a\\u{a}b\\u{1b}[2K"],
  ["a\u202eb", "a\\u{202e}b"],
  [textOfBytes(bytes("a", 0xff)), "a\\xff"],
  ["müll 🪣", "müll 🪣"],
])("%j is shown as %s", (text, shown) => expect(visible(text)).toBe(shown));
