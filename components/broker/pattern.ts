/** What PCRE knows and JavaScript writes otherwise, each with a form of the same shape. */
const PCRE_FORMS: readonly (readonly [RegExp, string])[] = [
  [/^\(\?[imsx]+\)/, ""],
  [/\\A/g, "^"],
  [/\\[zZ]/g, "$"],
  [/(?<=[*+?}])\+/g, ""],
  [/\(\?>/g, "(?:"],
  [/\(\?P</g, "(?<"],
];

/** Why the broker cannot use a regular expression for names, or `undefined`. It reads them with Erlang's `re`, which is PCRE. */
export function patternProblem(pattern: string): string | undefined {
  const expression = PCRE_FORMS.reduce((text, [form, same]) => text.replace(form, same), pattern);
  try {
    new RegExp(expression);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
