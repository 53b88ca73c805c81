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

const uuid = (type: string, make: () => string): FrameworkResource => ({
  attributes: { keepers: KEEPERS, result: computed, id: computed },
  create() {
    const result = make();
    return Promise.resolve({ id: result, result });
  },
  import(id) {
    const result = id.toLowerCase();
    if (!UUID.test(result)) throw new Error(`"${id}" is not a UUID: a ${type} is imported by its value`);
    return { id: result, result };
  },
});

/** RFC 9562, version 7: 48 bits of the time in milliseconds, the rest but for the marks at random. */
function timedUuid(): string {
  const time = Date.now().toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

export const randomUuid = uuid("RandomUuid", randomUUID);
export const randomUuid4 = uuid("RandomUuid4", randomUUID);
export const randomUuid7 = uuid("RandomUuid7", timedUuid);
