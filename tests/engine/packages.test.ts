/** @jest-environment ./tests/engine/support/real-process-environment.js */
import * as pulumi from "@pulumi/pulumi";
import { defaultProviderName } from "../../engine/packages";
import { TestStack, Thing } from "./support/harness";

const URL = "github://api.github.com/acme-corp";

test.each([
  ["", "", "default"],
  ["1.2.3", "", "default_1_2_3"],
  ["1.2.3-alpha.1", "", "default_1_2_3_alpha_1"],
  ["1.2.3", URL, "default_1_2_3_github_/api.github.com/acme-corp"],
  ["", "https://x.test:8/-y", "default_https_/x.test_8/_y"],
])("the default provider of version %j from %j is called %s", (version, downloadUrl, name) => {
  expect(defaultProviderName({ name: "any", version, downloadUrl })).toBe(name);
});

test("where a plugin can be downloaded stands with the provider, and asks for nothing where the plugin is there", async () => {
  const stack = new TestStack();
  const program = () => void new Thing("a", {}, { pluginDownloadURL: URL, version: "1.0.0" });
  expect((await stack.up(program)).errors).toEqual([]);
  const [provider] = stack.snapshot.resources.filter(({ type }) => type === "pulumi:providers:test");
  expect(provider?.inputs).toEqual({ version: "1.0.0", __internal: { pluginDownloadURL: URL } });
  expect(provider?.outputs).toEqual({ version: "1.0.0" });
  expect((await stack.up(program)).steps).toEqual(["same a"]);
  expect((await stack.destroy()).errors).toEqual([]);
});

test("a missing plugin is named with the command that installs it from there", async () => {
  const stack = new TestStack();
  stack.request = { plugins: { official: false, project: [], environment: { PATH: "", PULUMI_HOME: "/nowhere" } } };
  class Absent extends pulumi.CustomResource {
    constructor() {
      super("absent:index:Thing", "a", {}, { pluginDownloadURL: URL, version: "1.0.0" });
    }
  }
  const { errors } = await stack.up(() => void new Absent());
  expect(errors.join()).toContain(`pulumi plugin install resource absent 1.0.0 --server ${URL}`);
});
