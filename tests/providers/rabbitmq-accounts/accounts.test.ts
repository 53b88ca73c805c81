import type { ResourceProvider } from "../../../providers/base/provider";
import { Secret } from "../../../providers/base/values";
import { createRabbitmqAccountsProvider } from "../../../providers/rabbitmq-accounts/provider";
import { startTestBroker, uniqueName, type TestBroker } from "../../support/servers";
import { apiOf, type Api } from "../rabbitmq/api";
import { lifecycle, type Lifecycle } from "../rabbitmq/lifecycle";

interface LiveUser {
  readonly tags: readonly string[];
  readonly password_hash: string;
}

let broker: TestBroker;
let api: Api;
let provider: ResourceProvider;
let absent: Lifecycle;
let tagged: Lifecycle;
const made: string[] = [];

beforeAll(async () => {
  broker = await startTestBroker();
  api = apiOf(broker);
  provider = createRabbitmqAccountsProvider();
  const { endpoint, username, password } = broker;
  await provider.configure({ endpoint, username, password: new Secret(password) });
  absent = lifecycle(provider, "rabbitmq-accounts:index:AbsentUser");
  tagged = lifecycle(provider, "rabbitmq-accounts:index:UserTags");
});

afterAll(async () => {
  for (const user of made) await api.delete("users", user).catch(() => undefined);
  await provider.close();
});

async function someUser(tags = ""): Promise<string> {
  const user = uniqueName("acc@");
  await api.put({ password: "pw-account-1", tags }, "users", user);
  made.push(user);
  return user;
}

const live = (user: string): Promise<LiveUser> => api.get<LiveUser>("users", user);

describe("an absent user", () => {
  it("is deleted, and its return is drift that the next creation repairs", async () => {
    const user = await someUser();
    const held = await absent.create({ user });
    expect(held).toMatchObject({ id: user, outputs: { user, wasPresent: true } });
    await expect(live(user)).rejects.toThrow("404");
    expect((await absent.refresh(held))?.outputs).toEqual(held.outputs);

    await api.put({ password: "back-again-1", tags: "" }, "users", user);
    expect(await absent.refresh(held)).toBeUndefined();
    await absent.create({ user });
    await expect(live(user)).rejects.toThrow("404");
    await absent.delete(held);
  });

  it("that never was there is recorded as such", async () => {
    const user = uniqueName("nobody");
    expect((await absent.create({ user })).outputs).toMatchObject({ user, wasPresent: false });
  });

  it("is not brought back by destroy, which says so", async () => {
    const user = await someUser();
    const left = await absent.delete(await absent.create({ user }));
    expect(left).toEqual([expect.stringContaining(`"${user}"`)]);
    await expect(live(user)).rejects.toThrow("404");
  });

  it("cannot be the account that the provider itself uses", async () => {
    await expect(absent.create({ user: broker.username })).rejects.toThrow("would be deleted");
    await expect(live(broker.username)).resolves.toBeDefined();
  });
});

describe("the tags of an existing user", () => {
  it("are set, the password stays, and destroy puts back those that were found", async () => {
    const user = await someUser("monitoring");
    const before = await live(user);
    const held = await tagged.create({ user, tags: ["policymaker", "management"] });
    expect(held.outputs).toMatchObject({ tags: ["management", "policymaker"], previousTags: ["monitoring"] });
    expect(await live(user)).toMatchObject({
      password_hash: before.password_hash,
      tags: ["policymaker", "management"],
    });

    const changed = await tagged.update(held, { user, tags: ["management"] });
    expect(changed.outputs).toMatchObject({ tags: ["management"], previousTags: ["monitoring"] });
    await tagged.delete(changed);
    expect(await live(user)).toEqual(before);
  });

  it("that somebody changed are drift, their order is not", async () => {
    const user = await someUser();
    const given = { user, tags: ["policymaker", "management"] };
    const held = await tagged.create(given);
    const same = await tagged.refresh(held);
    if (!same) throw new Error("gone");
    expect(await tagged.diff(same, given)).toEqual({});
    await api.put({ password_hash: (await live(user)).password_hash, tags: "management" }, "users", user);
    const drifted = await tagged.refresh(held);
    if (!drifted) throw new Error("gone");
    expect(await tagged.diff(drifted, given)).toEqual({ "tags[0]": "add" });
  });

  it("of a user that does not exist cannot be declared; of one that is gone need not be put back", async () => {
    await expect(tagged.create({ user: uniqueName("nobody"), tags: ["management"] })).rejects.toThrow("does not exist");
    const user = await someUser();
    const held = await tagged.create({ user, tags: ["management"] });
    await api.delete("users", user);
    expect(await tagged.refresh(held)).toBeUndefined();
    await tagged.delete(held);
  });

  it("of the account that the provider itself uses keep the right to manage the broker", async () => {
    await expect(tagged.create({ user: broker.username, tags: ["monitoring"] })).rejects.toThrow('"administrator"');
    const held = await tagged.create({ user: broker.username, tags: ["administrator"] });
    await tagged.delete(held);
    expect((await live(broker.username)).tags).toEqual(["administrator"]);
  });
});
