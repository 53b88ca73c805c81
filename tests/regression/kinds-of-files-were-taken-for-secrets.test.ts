import { Redactor } from "../../cli/redact";
import type { ResourceProvider } from "../../providers/base/provider";
import { Secret } from "../../providers/base/values";
import { type Ground, file, hostInputs, resource, startGround } from "../providers/hosts/fixture";

let ground: Ground | undefined;
let provider: ResourceProvider;

beforeAll(async () => {
  ground = await startGround();
  ({ provider } = ground);
}, 60_000);

afterAll(() => ground?.stop());

/** What a refresh finds in the place of a secret content is secret too, and then hidden in every message. */
test("a directory in the place of a secret file leaves messages their words", async () => {
  if (ground === undefined) throw new Error("there is no host");
  const set = resource(provider, "FileSet", "secret");
  const inputs = {
    host: hostInputs(ground.host),
    files: [
      file("/etc/gw-kinds/key", new Secret("the key of the tests")),
      file("/etc/gw-kinds/lines", new Secret("the block of the tests"), { kind: "block", marker: "m" }),
    ],
  };
  const entry = await set.create(inputs);
  await ground.host.run("cd /etc/gw-kinds && rm key && mkdir key && sed -i '/END/d' lines");
  const found = await set.read(entry);
  if (found === undefined) throw new Error("nothing was found");
  const redactor = new Redactor();
  const { inputs: seen, outputs } = found;
  redactor.learn([
    { urn: "", type: "", custom: true, inputs: seen, outputs, dependencies: [], propertyDependencies: {} },
  ]);
  const said = async (): Promise<string> => {
    const error: unknown = await set.update(found, inputs).catch((reason: unknown) => reason);
    return redactor.text(error instanceof Error ? error.message : "");
  };
  expect(await said()).toMatch(/\/etc\/gw-kinds\/key is not a regular file/);
  await ground.host.run("rmdir /etc/gw-kinds/key");
  expect(await said()).toMatch(/has damaged marker lines of block m/);
});
