import { readFileSync, readdirSync, readlinkSync } from "node:fs";

/** The lines of a process's file under /proc, or "" when the process has gone meanwhile. */
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

function mountNamespace(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`);
  } catch {
    return "";
  }
}

export function processIds(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** A zombie has ended; it only waits to be collected by its parent. */
function hasEnded(pid: number): boolean {
  return /^State:\s+[ZX]/m.test(read(pid, "status"));
}

/** When the process started, in clock ticks since boot: with the pid, its identity. `undefined` when there is none. */
export function startTime(pid: number): string | undefined {
  const stat = read(pid, "stat");
  if (stat === "" || hasEnded(pid)) return undefined;
  // The second field, the command's name, is in parentheses and may hold anything; the start time is field 22.
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}

/**
 * The processes that belong to a marker, for each marker: the process that holds the namespaces has it among its
 * arguments, and every process inside has a mount of that name. So nothing has to be recorded, and what a killed
 * lab left half done is found as well.
 */
export function processesOf(markers: readonly string[]): Map<string, number[]> {
  const found = new Map<string, number[]>(markers.map((marker) => [marker, []]));
  const byNamespace = new Map<string, string | undefined>();
  for (const pid of processIds()) {
    if (hasEnded(pid)) continue;
    const namespace = mountNamespace(pid);
    if (!byNamespace.has(namespace)) {
      const sources = new Set(
        read(pid, "mountinfo")
          .split("\n")
          .map((line) => line.split(" - ")[1]?.split(" ")[1] ?? ""),
      );
      byNamespace.set(
        namespace,
        markers.find((marker) => sources.has(marker)),
      );
    }
    const args = read(pid, "cmdline").split("\0");
    const marker = byNamespace.get(namespace) ?? markers.find((candidate) => args.includes(candidate));
    if (marker !== undefined) found.get(marker)?.push(pid);
  }
  return found;
}

/** The pids of a process from the outermost namespace inwards: the last is what it is called where it lives. */
export function namespacePids(pid: number): number[] {
  const line = /^NSpid:\s*(.*)$/m.exec(read(pid, "status"))?.[1] ?? "";
  return line.split(/\s+/).filter(Boolean).map(Number);
}

export function endProcess(pid: number, signal: "SIGTERM" | "SIGKILL" = "SIGKILL"): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
