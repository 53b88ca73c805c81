import { randomUUID } from "node:crypto";
import type { FrameworkResource } from "../base/framework-spec";
import type { PropertyMap } from "../base/values";
import { bcryptHash } from "./bcrypt";
import { randomCharacters } from "./characters";
import type { Composition } from "./characters";
import { computed, judgeComposition, KEEPERS, STRING } from "./schema";

const draw = (planned: PropertyMap): string => randomCharacters(planned as unknown as Composition);

/** What an imported string is taken to have been made with. */
const importString = (result: string): PropertyMap => ({
  result,
  length: Buffer.byteLength(result),
  ...Object.fromEntries(["special", "upper", "lower", "number", "numeric"].map((name) => [name, true])),
  ...Object.fromEntries(["minSpecial", "minUpper", "minLower", "minNumeric"].map((name) => [name, 0])),
});

export const randomPassword: FrameworkResource = {
  attributes: {
    ...STRING,
    result: { ...computed, sensitive: true },
    bcryptHash: { ...computed, sensitive: true },
  },
  schemaVersion: 3,
  validate: judgeComposition,
  create: async (planned) => {
    const result = draw(planned);
    return { id: "none", result, bcryptHash: await bcryptHash(result) };
  },
  import: (id) => ({ ...importString(id), id: "none" }),
};

export const randomString: FrameworkResource = {
  attributes: STRING,
  schemaVersion: 2,
  validate: judgeComposition,
  create(planned) {
    const result = draw(planned);
    return Promise.resolve({ id: result, result });
  },
  import: (id) => ({ ...importString(id), id }),
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const randomUuid: FrameworkResource = {
  attributes: { keepers: KEEPERS, result: computed, id: computed },
  create() {
    const result = randomUUID();
    return Promise.resolve({ id: result, result });
  },
  import(id) {
    const result = id.toLowerCase();
    if (!UUID.test(result)) throw new Error(`"${id}" is not a UUID: a RandomUuid is imported by its value`);
    return { id: result, result };
  },
};
