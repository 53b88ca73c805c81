import { accessSync, constants } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, extname } from "node:path";

import { CliError } from "./errors";

/** The forms of a report; a table is for a terminal. */
export const REPORT_FORMATS = ["table", "json", "markdown", "sarif"] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** What `--report` names. */
export interface ReportFile {
  readonly path: string;
  readonly format: FileFormat;
}

export type FileFormat = Exclude<ReportFormat, "table">;

const ENDINGS: Readonly<Record<string, FileFormat>> = { ".json": "json", ".md": "markdown", ".sarif": "sarif" };

/**
 * Each in the format of its name's ending.
 *
 * @throws CliError for a name without one, or a folder that cannot be written to: before anything is looked at
 */
export function reportFiles(paths: readonly string[] = []): readonly ReportFile[] {
  return paths.map((path) => {
    const format = ENDINGS[extname(path)];
    if (format === undefined) {
      throw new CliError("usage", `--report ${path}: end the name with ${Object.keys(ENDINGS).join(", ")}`);
    }
    try {
      accessSync(dirname(path), constants.W_OK);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new CliError("usage", `--report ${path}: nothing can be written to that folder (${code}); make it first`);
    }
    return { path, format };
  });
}

export async function writeReports(
  files: readonly ReportFile[],
  render: (format: FileFormat) => string,
): Promise<void> {
  for (const { path, format } of files) await writeFile(path, render(format));
}
