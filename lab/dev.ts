import * as path from "node:path";

import type { LabOptions } from "./lab";

const LABS = path.resolve(__dirname, "../.groundwork/lab");

/** Where the labs of this checkout are kept unless told otherwise; git ignores it. */
export function labDirectory(name: string): string {
  return path.join(LABS, name);
}

/** The lab that `stacks/Pulumi.dev.yaml` names, by its addresses and its file. */
export const DEV_LAB: LabOptions = { name: "dev", directory: labDirectory("dev"), subnet: "127.10.0" };
