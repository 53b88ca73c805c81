import { randomInt } from "node:crypto";

/** What a random string is made of; the rules of the official provider. */
export interface Composition {
  readonly length: number;
  readonly upper: boolean;
  readonly lower: boolean;
  readonly numeric: boolean;
  readonly special: boolean;
  /** At least so many of each, also of a set that is switched off otherwise. */
  readonly minUpper: number;
  readonly minLower: number;
  readonly minNumeric: number;
  readonly minSpecial: number;
  /** Takes the place of the special characters unless it is empty. */
  readonly overrideSpecial?: string;
}

const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER = "abcdefghijklmnopqrstuvwxyz";
const DIGITS = "0123456789";
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

/** Every character is an unbiased choice of the system's random generator, and so is its place. */
export function randomCharacters(of: Composition): string {
  const special = of.overrideSpecial || SPECIAL;
  const sets = [
    { set: UPPER, allowed: of.upper, least: of.minUpper },
    { set: LOWER, allowed: of.lower, least: of.minLower },
    { set: DIGITS, allowed: of.numeric, least: of.minNumeric },
    { set: special, allowed: of.special, least: of.minSpecial },
  ];
  const demanded = sets.flatMap(({ set, least }) => choose(set, least));
  const allowed = sets.map(({ set, allowed }) => (allowed ? set : "")).join("");
  return shuffle([...demanded, ...choose(allowed, of.length - demanded.length)]).join("");
}

function choose(set: string, count: number): string[] {
  const characters = Array.from(set);
  return Array.from({ length: count }, () => characters[randomInt(characters.length)] ?? "");
}

/** Fisher and Yates. */
export function shuffle(characters: readonly string[]): string[] {
  const shuffled = [...characters];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    const [a, b] = [shuffled[i] ?? "", shuffled[j] ?? ""];
    shuffled[i] = b;
    shuffled[j] = a;
  }
  return shuffled;
}
