import { createInterface } from "node:readline";
import { Writable } from "node:stream";

import { CliError } from "./errors";

/** Whether somebody sits at a terminal who can answer. Source: Pulumi's rule, CI included. */
export function isInteractive(nonInteractive: boolean): boolean {
  return !nonInteractive && process.stdin.isTTY && process.stdout.isTTY && process.env["CI"] === undefined;
}

/** Asks one line on the terminal. Ends as cancelled when the input ends or Ctrl-C is pressed. */
export function ask(question: string): Promise<string> {
  return readLine(question, process.stdout);
}

/** Asks without showing what is typed. */
export async function askSecret(question: string): Promise<string> {
  process.stderr.write(question);
  const answer = await readLine("", new Writable({ write: (_chunk, _encoding, done) => done() }));
  process.stderr.write("\n");
  return answer;
}

function readLine(question: string, output: NodeJS.WritableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: process.stdin, output, terminal: process.stdin.isTTY });
    const unanswered = (): void => {
      output.write("\n");
      reject(new CliError("cancelled", "nothing was done: the question was not answered"));
    };
    lines.once("close", unanswered);
    lines.once("SIGINT", () => lines.close());
    lines.question(question, (answer) => {
      resolve(answer.trim());
      lines.off("close", unanswered).close();
    });
  });
}

/** All of standard input, for values that are piped in; one newline at its end is not part of it. */
export async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks)
    .toString("utf8")
    .replace(/\r?\n$/, "");
}

/** Has the user type a name before something that cannot be undone. */
export async function confirmByName(warning: string, name: string, interactive: boolean): Promise<void> {
  if (!interactive) throw new CliError("needs-yes", `${warning} Nobody can be asked here; pass --yes`);
  const answer = await ask(`${warning}\nPlease confirm by typing its name (${name}): `);
  if (answer !== name) throw new CliError("cancelled", "confirmation declined; nothing was done");
}
