import { readFileSync, readdirSync } from "node:fs";

const INTERVAL = 20;

/** What was to be seen on the machine while something ran. */
export interface Seen {
  /** Of every process, its arguments. */
  readonly arguments: string;
  /** Of a file, every content that differed from the one before only by more. */
  readonly contents: string;
}

/** Looks at all processes of the machine, and at a file that comes and goes, again and again while `work` runs. */
export async function watching<T>(file: string, work: () => Promise<T>): Promise<readonly [T, Seen]> {
  const commandLines = new Set<string>();
  let contents = "";
  let latest = "";
  const look = () => {
    for (const pid of readdirSync("/proc")) if (/^\d+$/.test(pid)) commandLines.add(read(`/proc/${pid}/cmdline`));
    const content = read(file);
    if (!content.startsWith(latest)) contents += latest;
    latest = content;
  };
  const timer = setInterval(look, INTERVAL);
  try {
    const result = await work();
    return [result, { arguments: [...commandLines].join("\n"), contents: contents + latest }];
  } finally {
    clearInterval(timer);
  }
}

/** "" when there is none. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
