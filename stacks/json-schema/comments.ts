import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import ts from "typescript";

/** What the comments of a schema's source say, in the schema's own shape. */
export interface Comments {
  readonly text?: string | undefined;
  readonly properties: Readonly<Record<string, Comments>>;
  /** Of a list's members, or a record's values. */
  readonly each?: Comments | undefined;
  /** Of a union's members, in order. */
  readonly options: readonly Comments[];
}

const NONE: Comments = { properties: {}, options: [] };
const OBJECTS = new Set(["strictObject", "looseObject", "object"]);
const UNIONS = new Set(["union", "discriminatedUnion"]);

/** Follows a zod schema through its source, across modules, for the comments at its fields. */
export function commentsOf(file: string, name: string): Comments {
  const found = declared(load(file), name);
  if (found === undefined) throw new Error(`${file} declares no ${name}.`);
  return found;
}

const loaded = new Map<string, ts.SourceFile>();

function load(file: string): ts.SourceFile {
  const known = loaded.get(file);
  if (known !== undefined) return known;
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  loaded.set(file, source);
  return source;
}

/** A constant's schema, or what a function returns; names are looked up in the module and what it imports. */
function declared(source: ts.SourceFile, name: string): Comments | undefined {
  const node = find(source, name);
  if (node !== undefined && ts.isVariableDeclaration(node)) return of(node.initializer, commentAt(node.parent.parent));
  if (node !== undefined) return of(returned(node), commentAt(node));
  const from = importedFrom(source, name);
  return from === undefined ? undefined : declared(load(from), name);
}

function find(source: ts.SourceFile, name: string): ts.VariableDeclaration | ts.FunctionDeclaration | undefined {
  const visit = (node: ts.Node): ts.VariableDeclaration | ts.FunctionDeclaration | undefined =>
    (ts.isVariableDeclaration(node) || ts.isFunctionDeclaration(node)) &&
    node.name !== undefined &&
    ts.isIdentifier(node.name) &&
    node.name.text === name
      ? node
      : ts.forEachChild(node, visit);
  return visit(source);
}

function returned(of: ts.FunctionDeclaration): ts.Expression | undefined {
  return of.body?.statements.find(ts.isReturnStatement)?.expression;
}

/** Modules of this project: what packages declare has no fields of ours. */
function importedFrom(source: ts.SourceFile, name: string): string | undefined {
  for (const each of source.statements) {
    if (!ts.isImportDeclaration(each) || !ts.isStringLiteral(each.moduleSpecifier)) continue;
    const bindings = each.importClause?.namedBindings;
    if (bindings === undefined || !ts.isNamedImports(bindings)) continue;
    if (!bindings.elements.some((element) => element.name.text === name)) continue;
    const file = `${resolve(dirname(source.fileName), each.moduleSpecifier.text)}.ts`;
    return existsSync(file) ? file : undefined;
  }
  return undefined;
}

function of(node: ts.Expression | undefined, text?: string): Comments {
  const found = node === undefined ? NONE : structure(node);
  return { ...found, text: text ?? found.text };
}

function structure(node: ts.Expression): Comments {
  if (ts.isIdentifier(node)) return declared(node.getSourceFile(), node.text) ?? NONE;
  if (ts.isObjectLiteralExpression(node)) return { ...NONE, properties: propertiesOf(node) };
  if (!ts.isCallExpression(node)) return NONE;
  const { expression: callee, arguments: args } = node;
  if (ts.isIdentifier(callee)) return structure(callee);
  if (!ts.isPropertyAccessExpression(callee)) return NONE;
  const [method, [first, second]] = [callee.name.text, args];
  if (!ts.isIdentifier(callee.expression) || callee.expression.text !== "z") {
    const before = structure(callee.expression);
    if (method !== "extend") return before;
    return { ...before, properties: { ...before.properties, ...of(first).properties } };
  }
  if (OBJECTS.has(method)) return of(first);
  if (method === "array") return { ...NONE, each: of(first) };
  if (method === "record") return { ...NONE, each: of(second) };
  if (!UNIONS.has(method)) return NONE;
  const list = args.find(ts.isArrayLiteralExpression);
  return { ...NONE, options: (list?.elements ?? []).map((element) => of(element)) };
}

function propertiesOf(literal: ts.ObjectLiteralExpression): Record<string, Comments> {
  const all: Record<string, Comments> = {};
  for (const property of literal.properties) {
    if (ts.isSpreadAssignment(property)) Object.assign(all, of(property.expression).properties);
    if (ts.isPropertyAssignment(property)) {
      all[property.name.getText()] = of(property.initializer, commentAt(property));
    }
    if (ts.isShorthandPropertyAssignment(property)) {
      all[property.name.text] = of(property.name, commentAt(property));
    }
  }
  return all;
}

function commentAt(node: ts.Node): string | undefined {
  const text = ts.getTextOfJSDocComment(ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc)?.comment);
  return text?.replaceAll(/\s*\n\s*/g, " ");
}
