import { formerName } from "../../stacks/renames";

describe("a resource that is named after a renamed host", () => {
  const hosts = [{ name: "web8", formerly: "web7" }, { name: "db1" }];

  it.each([
    ["mig-agent-web8", "mig-agent-web7"],
    ["mig-agent-web8-certificate", "mig-agent-web7-certificate"],
    ["web8-x", "web7-x"],
    ["mig-agent-web80", undefined],
    ["mig-agent-xweb8", undefined],
    ["mig-database-db1", undefined],
  ])("%s was %s", (name, former) => expect(formerName(name, hosts)).toBe(former));
});
