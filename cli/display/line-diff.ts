export interface DiffLine {
  readonly op: "same" | "create" | "delete";
  readonly text: string;
}

const CONTEXT = 2;
/** Above this many line pairs the changed middle is shown whole: the table below would grow too large. */
const MAX_CELLS = 4_000_000;

/** The lines that differ, with two lines of what surrounds them and `...` for what is left out. */
export function diffLines(old: string, value: string): readonly DiffLine[] {
  return withContext(compare(old.split("\n"), value.split("\n")));
}

function compare(old: readonly string[], value: readonly string[]): readonly DiffLine[] {
  let start = 0;
  while (start < old.length && start < value.length && old[start] === value[start]) start++;
  let end = 0;
  const room = Math.min(old.length, value.length) - start;
  while (end < room && old[old.length - 1 - end] === value[value.length - 1 - end]) end++;
  const middle = compareMiddle(old.slice(start, old.length - end), value.slice(start, value.length - end));
  return [...lines("same", value.slice(0, start)), ...middle, ...lines("same", value.slice(value.length - end))];
}

/** By the longest common subsequence. */
function compareMiddle(a: readonly string[], b: readonly string[]): readonly DiffLine[] {
  if (a.length * b.length > MAX_CELLS) return [...lines("delete", a), ...lines("create", b)];
  const width = b.length + 1;
  const length = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => length[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      length[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));

  const result: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      result.push({ op: "same", text: a[i++] ?? "" });
      j++;
    } else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1))) {
      result.push({ op: "delete", text: a[i++] ?? "" });
    } else result.push({ op: "create", text: b[j++] ?? "" });
  }
  return result;
}

function lines(op: DiffLine["op"], texts: readonly string[]): readonly DiffLine[] {
  return texts.map((text) => ({ op, text }));
}

function withContext(all: readonly DiffLine[]): readonly DiffLine[] {
  const near = all.map((_, i) => all.slice(Math.max(0, i - CONTEXT), i + CONTEXT + 1).some((l) => l.op !== "same"));
  return all.flatMap((line, i): DiffLine[] => {
    if (near[i] === true) return [line];
    return i === 0 || near[i - 1] === true ? [{ op: "same", text: "..." }] : [];
  });
}
