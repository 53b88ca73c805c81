import { InitError, type ResourceProvider } from "../../../providers/base/provider";
import { Secret } from "../../../providers/base/values";
import type { TestHost } from "../../support/servers";
import { configuredProvider, hostInputs, kinds, resource, startGround, type Ground } from "./fixture";

let host: TestHost;
let provider: ResourceProvider;
let ground: Ground | undefined;

beforeAll(async () => {
  ground = await startGround();
  ({ host, provider } = ground);
});

afterAll(() => ground?.stop());

const guard = (name: string) => resource(provider, "Guard", name);
const ran = () => host.run("cat /var/cache/ran 2>/dev/null; rm -f /var/cache/ran");

const inputs = (name: string, more = {}) => ({
  host: hostInputs(host),
  check: `test "$(cat /var/cache/${name})" = "$TOKEN"`,
  apply: `echo apply >>/var/cache/ran\nprintf %s "$TOKEN" >/var/cache/${name}`,
  revert: `echo revert >>/var/cache/ran; rm /var/cache/${name}`,
  environment: { TOKEN: new Secret("it's\na token") },
  ...more,
});

it("applies only when its check fails, and reverts on delete", async () => {
  const entry = await guard("g").create(inputs("g"));
  expect(entry.outputs).toEqual({ applied: true });
  expect(await ran()).toBe("apply");
  expect(await host.run("cat /var/cache/g")).toBe("it's\na token");

  const triggered = inputs("g", { triggers: ["1"] });
  expect(kinds(await guard("g").diff(entry, triggered))).toEqual({ triggers: "add" });
  const next = await guard("g").update(entry, triggered);
  expect(await ran()).toBe("");
  await guard("g").delete(next);
  expect(await ran()).toBe("revert");
});

it("that is undone behind the engine's back shows as drift and is applied again", async () => {
  const entry = await guard("d").create(inputs("d"));
  await ran();
  await host.run("rm /var/cache/d");
  const found = await guard("d").read(entry);
  if (found === undefined) throw new Error("not read");
  expect(kinds(await guard("d").diff(found, inputs("d")))).toEqual({ applied: "update" });
  const repaired = await guard("d").update(found, inputs("d"));
  expect(await ran()).toBe("apply");
  expect(await guard("d").read(repaired)).toEqual(repaired);
  await guard("d").delete(repaired);
});

it("whose check cannot tell is neither applied nor undone: reading fails, and nothing runs", async () => {
  const entry = await guard("u").create(inputs("u"));
  await ran();
  const untold = inputs("u", { check: 'echo "no answer for $TOKEN" >&2; exit 75' });
  const says =
    /host host1: check of .* cannot tell whether it is applied: it failed with exit code 75 \(no answer for \[secret\]\)/;
  await expect(guard("u").read({ ...entry, inputs: untold })).rejects.toThrow(says);
  await expect(guard("u").update(entry, untold)).rejects.toThrow(says);
  expect(await ran()).toBe("");
  await guard("u").delete(entry);
});

it("of an interrupted creation exists when its check says so", async () => {
  const checked = await guard("i").check(inputs("i"));
  const identity = provider.identify({ ...guard("i").common, inputs: checked });
  if (identity.kind !== "id") throw new Error(identity.kind);
  expect(await guard("i").read({ id: identity.id, inputs: checked })).toBeUndefined();
  const entry = await guard("i").create(inputs("i"));
  expect(entry.id).toBe(identity.id);
  expect(await guard("i").read({ id: identity.id, inputs: checked })).toEqual(entry);
  await guard("i").delete(entry);
});

it.each([
  ["fails", 'echo out; echo "bad $TOKEN" >&2; exit 3', /apply of .* failed with exit code 3 \(bad \[secret\]\)\.$/],
  ["is no shell", "if", /apply of .* failed with exit code 2/],
  ["does not do it", "true", /ended well, but its check failed with exit code 1/],
])("whose apply %s says so without its output and secrets, and is kept in the state", async (_, apply, message) => {
  const creation = guard("f").create(inputs("f", { apply, check: "test -e /var/cache/none" }));
  const error: unknown = await creation.catch((reason: unknown) => reason);
  if (!(error instanceof InitError)) throw error;
  expect(error.message).toMatch(message);
  expect(error.message).toContain("host host1");
  expect(error.outputs).toEqual({ applied: false });
});

it("waits for what a run that was killed is still doing there", async () => {
  const apply = "echo apply >>/var/cache/ran; touch /run/applying; sleep 1; touch /var/cache/k";
  const slow = inputs("k", { apply, check: "test -e /var/cache/k" });
  const killed = await configuredProvider(host);
  await ran();
  const creation = resource(killed, "Guard", "k").create(slow);
  creation.catch(() => undefined);
  await host.run("until [ -e /run/applying ]; do sleep 0.05; done");
  await killed.close();
  await guard("k").delete(await guard("k").create(slow));
  expect(await ran()).toBe("apply\nrevert");
  expect(await host.run("ls -d /run/groundwork-guards /tmp/tmp.* 2>/dev/null || true")).toBe("");
});

it("shows its variables on no command line while it runs", async () => {
  const check = "cat /proc/[0-9]*/cmdline >/var/cache/seen; exit 0";
  await guard("p").create({
    host: hostInputs(host),
    check,
    apply: "true",
    environment: { A: new Secret("s3cr3t-value") },
  });
  const seen = await host.run("tr '\\0' ' ' </var/cache/seen");
  expect(seen).toContain("/bin/sh");
  expect(seen).not.toContain("s3cr3t-value");
  expect(seen).not.toContain(Buffer.from("s3cr3t-value").toString("base64").slice(0, 12));
});
