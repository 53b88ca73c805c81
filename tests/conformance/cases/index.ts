import type { Case } from "../case";
import { FAILURES } from "./failures";
import { FLAGS } from "./flags";
import { LIFECYCLE } from "./lifecycle";
import { OPTIONS } from "./options";

export const CASES: readonly Case[] = [...LIFECYCLE, ...OPTIONS, ...FAILURES, ...FLAGS];
