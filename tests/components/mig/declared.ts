import { Mig, type MigArgs } from "../../../components/platforms/mig";
import { type Declared, Recorder } from "../recorder";
import { migArgs } from "./environment";

export interface PlacedFile {
  readonly path: string;
  readonly content: string;
  readonly owner: string;
  readonly group: string;
  readonly mode: string;
  readonly kind: string;
}

export const FILE_SET = "hosts:index:FileSet";

/** What the platform declares. */
export async function declare(change: Partial<MigArgs> = {}): Promise<Recorder> {
  const recorder = new Recorder();
  await recorder.run(() => new Mig("mig", migArgs(change)));
  return recorder;
}

export function filesOf({ inputs }: Declared): readonly PlacedFile[] {
  return inputs["files"] as readonly PlacedFile[];
}

export function hostOf({ inputs }: Declared): string {
  return (inputs["host"] as { name: string }).name;
}

/** What a host gets, by path. */
export function placed(recorder: Recorder, host: string): ReadonlyMap<string, PlacedFile> {
  const files = recorder
    .ofType(FILE_SET)
    .filter((set) => hostOf(set) === host)
    .flatMap(filesOf);
  return new Map(files.map((file) => [file.path, file]));
}

/** Sections and their values, as gcfg reads them. */
export function readGcfg(text: string | undefined): Record<string, Record<string, string>> {
  const sections: Record<string, Record<string, string>> = {};
  let section: Record<string, string> = {};
  for (const line of (text ?? "").split("\n")) {
    const header = /^\[(.+)\]$/.exec(line)?.[1];
    if (header !== undefined) section = sections[header] = {};
    const [, name, value] = /^ +(\S+) = "?(.*?)"?$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) section[name] = value;
  }
  return sections;
}
