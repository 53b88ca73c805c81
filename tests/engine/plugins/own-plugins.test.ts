/** @jest-environment ./tests/engine/support/real-process-environment.js */
import { join, resolve } from "node:path";
import * as accounts from "../../../providers/rabbitmq-accounts";
import * as hosts from "../../../providers/hosts/index";
import { Secret } from "../../../providers/base/values";
import { startTestBroker, startTestHosts, uniqueName } from "../../support/servers";
import { apiOf } from "../../providers/rabbitmq/api";
import { TestStack } from "../support/harness";
import { InstalledPlugins } from "./installed";

const PROVIDERS = resolve(__dirname, "../../../providers");
const plugins = new InstalledPlugins();
afterAll(() => plugins.dispose());

it("manages files on a host by our own hosts plugin, as a project names it", async () => {
  const [host] = await startTestHosts(1);
  if (host === undefined) throw new Error("no test host");
  try {
    const stack = new TestStack();
    const project = [{ name: "hosts", path: join(PROVIDERS, "hosts/plugin") }];
    stack.request = { plugins: plugins.options({ official: true, project }) };
    const { name, address, port, hostKey, privateKey } = host;
    const program = (content: string) => () => {
      const provider = new hosts.Provider("hosts", { privateKey, serviceManager: "lab" });
      const files = [{ path: "/etc/gw-engine-plugin", content, owner: "root", group: "root", mode: "0600" }];
      new hosts.FileSet("files", { host: { name, address, port, hostKey }, files }, { provider });
    };
    expect((await stack.preview(program("one"))).errors).toEqual([]);
    expect(await stack.up(program("one"))).toMatchObject({ errors: [], changes: { create: 3 } });
    expect(stack.state("hosts").inputs["privateKey"]).toBeInstanceOf(Secret);
    expect(await stack.up(program("one"))).toMatchObject({ changes: { same: 3 } });
    expect(await stack.up(program("two"))).toMatchObject({ changes: { update: 1, same: 2 } });
    expect(await host.run("cat /etc/gw-engine-plugin")).toBe("two");
    await host.run("echo drift > /etc/gw-engine-plugin");
    expect(await stack.refresh()).toMatchObject({ errors: [], changes: { update: 1 } });
    expect((await stack.destroy()).errors).toEqual([]);
    await expect(host.run("cat /etc/gw-engine-plugin")).rejects.toThrow();
  } finally {
    await host.stop();
  }
});

it("manages broker accounts by our own rabbitmq-accounts plugin, as an executable on PATH", async () => {
  const broker = await startTestBroker();
  const api = apiOf(broker);
  const user = uniqueName("plug@");
  await api.put({ password: "pw-account-1", tags: "" }, "users", user);
  plugins.onPath("rabbitmq-accounts", join(PROVIDERS, "rabbitmq-accounts", "plugin", "plugin.js"));
  const stack = new TestStack();
  stack.request = { plugins: plugins.options({ official: true }) };
  const { endpoint, username, password } = broker;
  const program = () => {
    const provider = new accounts.Provider("accounts", { endpoint, username, password });
    new accounts.AbsentUser("gone", { user }, { provider });
  };
  expect(await stack.up(program)).toMatchObject({ errors: [], changes: { create: 3 } });
  await expect(api.get("users", user)).rejects.toThrow("404");
  expect(await stack.up(program)).toMatchObject({ changes: { same: 3 } });
  expect((await stack.destroy()).errors).toEqual([]);
});
