import { isDeepStrictEqual } from "node:util";
import { Document, isCollection, isMap, isNode, isPair, isScalar, isSeq, parseDocument } from "yaml";
import type { Node, Pair, YAMLMap, YAMLSeq } from "yaml";

/**
 * Edits of a YAML text that leave everything else as somebody wrote it: comments, blanks, quotes, lists in a line.
 * Where a place cannot be cut out of the text, the document is written anew: that keeps comments and order, not blanks.
 */
export type YamlPath = readonly (string | number)[];

type Edit = (text: string, document: Document, path: YamlPath, value: unknown, wanted: Document) => string | undefined;

/** Makes what is missing on the way. */
export function setInYaml(text: string, path: YamlPath, value: unknown): string {
  const wanted = read(text);
  // `key:` with nothing behind it.
  const empty = path.findIndex((_, depth) => depth > 0 && wanted.getIn(path.slice(0, depth)) === null);
  if (empty !== -1) wanted.deleteIn(path.slice(0, empty));
  wanted.setIn(path, wanted.createNode(value));
  return firstRight(text, wanted, path, [replaceScalar, replacePair, append, replaceInLine], value);
}

/** `undefined` when there is nothing at the place. */
export function removeFromYaml(text: string, path: YamlPath): string | undefined {
  const wanted = read(text);
  if (!wanted.deleteIn(path)) return undefined;
  return firstRight(text, wanted, path, [cutLines, replaceInLine]);
}

/** A text is right when it means what the edited document means. */
function firstRight(text: string, wanted: Document, path: YamlPath, edits: readonly Edit[], value?: unknown): string {
  const document = read(text);
  for (const edit of edits) {
    const edited = edit(text, document, path, value, wanted);
    if (edited === undefined) continue;
    const result = parseDocument(edited);
    if (result.errors.length === 0 && isDeepStrictEqual(result.toJS(), wanted.toJS())) return edited;
  }
  return write(wanted);
}

const replaceScalar: Edit = (text, document, path, value) => {
  const node = document.getIn(path, true);
  if (!isScalar(node) || !node.range || typeof value === "object") return undefined;
  const scalar = document.createNode(value);
  if (isScalar(scalar) && typeof value === "string" && node.type !== undefined) scalar.type = node.type;
  const written = write(new Document(scalar)).trimEnd();
  return node.source === "" || written.includes("\n") ? undefined : splice(text, node.range[0], node.range[1], written);
};

const replacePair: Edit = (text, document, path, value) => {
  const map = at(document, path.slice(0, -1));
  const pair = isBlock(map) && isMap(map) ? pairOf(map, path.at(-1)) : undefined;
  const [start, end] = [startOf(pair), endOf(pair)];
  if (start === undefined || end === undefined) return undefined;
  const lines = block({ [String(path.at(-1))]: value }, columnOf(text, start)).trim();
  return splice(text, start, end, text[end - 1] === "\n" ? `${lines}\n` : lines);
};

/** After the last member of the map or list that holds, or is to hold, the place. */
const append: Edit = (text, document, path, value) => {
  let depth = path.length - 1;
  while (depth > 0 && !document.hasIn(path.slice(0, depth))) depth--;
  const parent = at(document, path.slice(0, depth));
  const step = path[depth];
  if (!isBlock(parent) || !parent.range || step === undefined) return undefined;
  const end = endOf(parent.items.at(-1));
  if (end === undefined) return undefined;
  const content = path.slice(depth + 1).reduceRight<unknown>(within, value);
  const lines = block(isSeq(parent) ? [content] : { [step]: content }, columnOf(text, parent.range[0]));
  const place = nextLine(text, end);
  return splice(text, place, place, text[place - 1] === "\n" ? lines : `\n${lines}`);
};

/** Comments above stay: they may be a heading. */
const cutLines: Edit = (text, document, path) => {
  const parent = at(document, path.slice(0, -1));
  if (!isBlock(parent)) return undefined;
  const item = isMap(parent) ? pairOf(parent, path.at(-1)) : parent.items[Number(path.at(-1))];
  const [start, end] = [startOf(item), endOf(item)];
  if (start === undefined || end === undefined) return undefined;
  const line = start - columnOf(text, start);
  return /^\s*(- *)?$/.test(text.slice(line, start)) ? splice(text, line, nextLine(text, end), "") : undefined;
};

function read(text: string): Document {
  const document: Document = parseDocument(text);
  if (!isMap(document.contents)) document.contents = document.createNode({});
  return document;
}

function at(document: Document, path: YamlPath): unknown {
  return path.length === 0 ? document.contents : document.getIn(path, true);
}

/** The whole of the list or map in a line that the place is in. */
const replaceInLine: Edit = (text, document, path, _value, wanted) => {
  const ends = [...path.keys()];
  const depth = ends.find((end) => isFlow(at(document, path.slice(0, end))));
  const [old, young] = [document, wanted].map((each) => depth !== undefined && at(each, path.slice(0, depth)));
  if (!isFlow(old) || !isFlow(young) || !old.range) return undefined;
  const [start, end] = old.range;
  const flowCollectionPadding = /^[[{]\s/.test(text.slice(start, end));
  return splice(text, start, end, new Document(young).toString({ lineWidth: 0, flowCollectionPadding }).trimEnd());
};

function within(inner: unknown, step: string | number): unknown {
  return typeof step === "number" ? [inner] : { [step]: inner };
}

function isBlock(node: unknown): node is YAMLMap | YAMLSeq {
  return isCollection(node) && node.flow !== true;
}

function isFlow(node: unknown): node is YAMLMap | YAMLSeq {
  return isCollection(node) && node.flow === true;
}

function pairOf(map: YAMLMap, key: unknown): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key));
}

function startOf(item: unknown): number | undefined {
  const node = isPair(item) ? item.key : item;
  return isNode(node) ? node.range?.[0] : undefined;
}

/** Where the content ends, without the comment and the blanks behind it. */
function endOf(item: unknown): number | undefined {
  const node: Node | undefined = isPair(item) ? [item.value, item.key].find(isNode) : isNode(item) ? item : undefined;
  return isBlock(node) && node.items.length > 0 ? endOf(node.items.at(-1)) : node?.range?.[1];
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf("\n", offset - 1) + 1);
}

/** Where the next line begins; a text of many lines ends with its own line break. */
function nextLine(text: string, offset: number): number {
  if (text[offset - 1] === "\n") return offset;
  const end = text.indexOf("\n", offset);
  return end === -1 ? text.length : end + 1;
}

function block(content: unknown, column: number): string {
  return write(new Document(content)).replace(/^(?=.)/gm, " ".repeat(column));
}

function write(document: Document): string {
  return document.toString({ lineWidth: 0 });
}

function splice(text: string, from: number, to: number, replacement: string): string {
  return text.slice(0, from) + replacement + text.slice(to);
}
