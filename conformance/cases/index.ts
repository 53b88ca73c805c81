import type { Case } from "../case";
import { CROSSING } from "./crossing";
import { FAILURES } from "./failures";
import { FLAGS } from "./flags";
import { IMPORTS } from "./import";
import { LIFECYCLE } from "./lifecycle";
import { OPTIONS } from "./options";
import { PLANS } from "./plans";
import { POLICIES } from "./policies";
import { REPLACEMENTS } from "./replacements";
import { STATE } from "./state";

export const CASES: readonly Case[] = [
  ...[...LIFECYCLE, ...OPTIONS, ...REPLACEMENTS, ...IMPORTS, ...FAILURES],
  ...[...FLAGS, ...STATE, ...PLANS, ...POLICIES, ...CROSSING],
];
