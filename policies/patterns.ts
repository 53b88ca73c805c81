import { type AST, RegExpParser } from "@eslint-community/regexpp";
import { CharSet, DFA, type Element, JS, NFA, type NoParent, Words, getIntersectionWords, transform } from "refa";

const MAX_CHARACTER = 0x10ffff;
/** More states than any permission of a sane length has: an expression that needs more is refused. */
const MAX_NODES = 20_000;
/** What stands around a name, so that an anchor has something to take: so many of each that `^^a` and `a$$` find theirs. */
const [START, END] = [0x02, 0x03].map((mark) => CharSet.fromCharacter(MAX_CHARACTER, mark)) as [CharSet, CharSet];
const MARKS = 3;
/** Names hold no control characters, and so no line breaks: `.` and `$` mean what they seem to. */
const NAME_CHARACTERS = CharSet.fromRange(MAX_CHARACTER, { min: 0x20, max: MAX_CHARACTER });

/** A permission as the broker reads it, or why it cannot be judged. */
export type Pattern =
  | {
      readonly kind: "judged";
      readonly source: string;
      /** The names that it matches, with their marks. */
      readonly names: NFA;
      /** Every alternative is bound to both ends of a name. */
      readonly anchored: boolean;
    }
  | { readonly kind: "refused"; readonly source: string; readonly reason: string };

/**
 * The broker reads a permission as PCRE and looks for it anywhere in a name; an empty one matches none. What PCRE and
 * JavaScript may read differently is refused, and so is what no automaton models: look-around and back references.
 * Source: RabbitMQ's rabbit_auth_backend_internal.
 */
export function readPattern(source: string): Pattern {
  try {
    if (source === "")
      return { kind: "judged", source, names: NFA.empty({ maxCharacter: MAX_CHARACTER }), anchored: true };
    if (!/^[\x20-\x7e]*$/.test(source) || source.includes("\\v")) throw new Error("PCRE may read it in another way");
    // With the rules of `u`, a letter after a backslash is never itself: what PCRE alone knows is a fault.
    const syntax = new RegExpParser({ ecmaVersion: 2024 }).parsePattern(source, 0, source.length, { unicode: true });
    if (anchorsOf(syntax, "start") > MARKS || anchorsOf(syntax, "end") > MARKS)
      throw new Error("its anchors follow one another");
    return { kind: "judged", source, names: namesOf(source), anchored: syntax.alternatives.every(isAnchored) };
  } catch (error) {
    return { kind: "refused", source, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** A name that both match and none of the others does, or `undefined`. */
export function commonName(a: Pattern, b: Pattern, others: readonly Pattern[] = []): string | undefined {
  if (a.kind === "refused" || b.kind === "refused") return undefined;
  const left = others.reduce(
    (rest, other) => (other.kind === "refused" ? rest : both(rest, outside(other.names))),
    both(a.names, b.names),
  );
  return firstName(left);
}

/** Whether it allows every name; that of the default exchange, which is empty, may be missing. */
export function matchesAll(pattern: Pattern): boolean {
  return pattern.kind === "judged" && firstName(outside(pattern.names), 1) === undefined;
}

function firstName(names: NFA, minLength = 0): string | undefined {
  for (const word of getIntersectionWords(names, anyName(minLength), MAX_NODES)) {
    return Words.fromUnicodeToString(word.filter((character) => NAME_CHARACTERS.has(character)));
  }
  return undefined;
}

function namesOf(source: string): NFA {
  const parser = JS.Parser.fromLiteral({ source, flags: "su" });
  const { expression } = parser.parse({ assertions: "unknown", backreferences: "throw" });
  const modelled = transform(
    { onConcatenation: (node) => void (node.elements = node.elements.map(modelOf)) },
    expression,
  );
  const names = NFA.fromRegex(modelled, { maxCharacter: MAX_CHARACTER }, {}, limited());
  names.prepend(anything(), limited());
  names.append(anything(), limited());
  return both(names, anyName());
}

/** An anchor takes marks; a character takes none, also where it is told by what it is not. */
function modelOf(element: NoParent<Element>): NoParent<Element> {
  if (element.type === "CharacterClass") {
    return { ...element, characters: element.characters.intersect(NAME_CHARACTERS) };
  }
  if (element.type !== "Unknown") return element;
  if (element.id === "^") return repeated(START, 1, MARKS);
  if (element.id === "$") return repeated(END, 1, MARKS);
  throw new Error(`${element.id} is not understood here`);
}

function repeated(characters: CharSet, min: number, max: number): NoParent<Element> {
  const elements: NoParent<Element>[] = [{ type: "CharacterClass", characters }];
  return { type: "Quantifier", min, max, lazy: false, alternatives: [{ type: "Concatenation", elements }] };
}

function isAnchored({ elements }: AST.Alternative): boolean {
  const [first, last] = [elements[0], elements.at(-1)];
  if (first === undefined || last === undefined) return false;
  if (elements.length === 1 && (first.type === "Group" || first.type === "CapturingGroup")) {
    return first.alternatives.every(isAnchored);
  }
  return isEdge(first, "start") && isEdge(last, "end");
}

/** How many anchors of a kind a name may have to pass at most. */
function anchorsOf(node: AST.Node, kind: "start" | "end"): number {
  switch (node.type) {
    case "Assertion":
      return node.kind === kind ? 1 : 0;
    case "Quantifier":
      return anchorsOf(node.element, kind) === 0 ? 0 : Infinity;
    case "Pattern":
    case "Group":
    case "CapturingGroup":
      return Math.max(...node.alternatives.map((alternative) => anchorsOf(alternative, kind)));
    case "Alternative":
      return node.elements.reduce((sum, element) => sum + anchorsOf(element, kind), 0);
    default:
      return 0;
  }
}

function isEdge(element: AST.Element, kind: "start" | "end"): boolean {
  return element.type === "Assertion" && element.kind === kind;
}

function both(a: NFA, b: NFA): NFA {
  return NFA.fromIntersection(a, b, limited());
}

/** Every name that is not among these. */
function outside(names: NFA): NFA {
  const others = DFA.fromFA(names, new DFA.LimitedNodeFactory(MAX_NODES));
  others.complement(new DFA.LimitedNodeFactory(MAX_NODES));
  return NFA.fromFA(others, limited());
}

function anything(): NFA {
  return NFA.all({ maxCharacter: MAX_CHARACTER });
}

function anyName(minLength = 0): NFA {
  const characters = repeated(NAME_CHARACTERS, minLength, Infinity);
  const elements = [repeated(START, MARKS, MARKS), characters, repeated(END, MARKS, MARKS)];
  return NFA.fromRegex({ type: "Concatenation", elements }, { maxCharacter: MAX_CHARACTER });
}

function limited(): NFA.LimitedNodeFactory {
  return new NFA.LimitedNodeFactory(MAX_NODES);
}
