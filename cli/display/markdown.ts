/** A text that stands as it is between the marks of Markdown, in one line. */
export function markdownText(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~]/g, "\\$&").replaceAll("\n", " ");
}

/** A text as code, whatever it holds, to be copied as it is. */
export function markdownCode(text: string): string {
  const line = text.replaceAll("\n", " ");
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = line.startsWith("`") || line.endsWith("`") || line === "" ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** A table; cells are Markdown already, but for bars in code, which end a cell even there. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(barred).join(" | ")} |\n`;
  return line(head) + line(head.map(() => "---")) + rows.map(line).join("");
}

function barred(cell: string): string {
  return cell.replace(/(?<!\\)\|/g, "\\|");
}
