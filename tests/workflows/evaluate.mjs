// GitHub's own evaluator of expressions is an ES module, which jest does not load: it runs here, from JSON to JSON.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Evaluator, Lexer, Parser, data } from "@actions/expressions";

/** @typedef {{ value: unknown, contexts: Record<string, unknown>, failed: boolean, workspace: string }} Request */
/** @type {Request} */
const { value, contexts, failed, workspace } = JSON.parse(readFileSync(0, "utf8"));

/** The functions that tell how the job has gone so far. */
const STATUS = { always: true, success: !failed, failure: failed, cancelled: false };
const functions = [
  ...Object.entries(STATUS).map(([name, is]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(is),
  })),
  // Whether there is something to hash is all that is asked, and always of one file.
  {
    ...{ name: "hashFiles", minArgs: 1, maxArgs: 1 },
    call: (file) => new data.StringData(existsSync(join(workspace, file.coerceString())) ? "hash" : ""),
  },
];
const dictionary = JSON.parse(JSON.stringify(contexts), data.reviver);

function evaluate(expression) {
  const { tokens } = new Lexer(expression).lex();
  const parsed = new Parser(tokens, Object.keys(contexts), functions).parse();
  return new Evaluator(
    parsed,
    dictionary,
    new Map(functions.map((each) => [each.name.toLowerCase(), each])),
  ).evaluate();
}

/** As GitHub does: a condition is an expression by itself, and holds only while all goes well unless it asks how it goes. */
function condition(text) {
  const expression = text.replace(/^\$\{\{|\}\}$/g, "");
  const asks = Object.keys(STATUS).some((name) => expression.includes(`${name}()`));
  const result = evaluate(asks ? expression : `success() && (${expression})`);
  return result.kind === data.Kind.Boolean ? result.value : result.coerceString() !== "";
}

function fill(node, key) {
  if (Array.isArray(node)) return node.map((each) => fill(each));
  if (node !== null && typeof node === "object") {
    return Object.fromEntries(Object.entries(node).map(([name, each]) => [name, fill(each, name)]));
  }
  if (typeof node !== "string") return node;
  if (key === "if") return condition(node);
  return node.replace(/\$\{\{(.*?)\}\}/gs, (_, expression) => evaluate(expression).coerceString());
}

process.stdout.write(JSON.stringify(fill(value)));
