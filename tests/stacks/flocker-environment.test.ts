import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

import { parseEnvironment } from "../../stacks/environment";
import { formatPath } from "../../stacks/problems";

const KEY = `ssh-ed25519 ${"A".repeat(68)}`;
const UUID = "8eab4b8d-c0a2-4ce2-80aa-0709277a9a7a";

const flocker = {
  cluster: { name: "storage" },
  control: { host: "c1" },
  nodes: [{ host: "c1" }, { host: "n1" }],
  agent: { dataset: { backend: "zfs", pool: "flocker" } },
};

function problemsOf(section: object, hosts: readonly object[] = []): readonly string[] {
  const parsed = parseEnvironment({
    hosts: [
      { name: "c1", address: "10.0.0.1", hostKey: KEY },
      { name: "n1", address: "10.0.0.2", hostKey: KEY },
      ...hosts,
    ],
    operators: {},
    flocker: { ...flocker, ...section },
  });
  return parsed.kind === "valid" ? [] : parsed.problems.map(({ path, reason }) => `${formatPath("", path)}: ${reason}`);
}

describe("Flocker's section", () => {
  it("is right as the guide shows one, once host keys are filled in", () => {
    const guide = readFileSync(join(__dirname, "../../docs/guides/flocker.md"), "utf8");
    const shown = /```yaml\n([\s\S]*?)```/.exec(guide)?.[1] ?? "";
    const { config } = parse(shown.replaceAll("ssh-ed25519 AAAA…", KEY)) as { config: Record<string, unknown> };
    const parsed = parseEnvironment(config["groundwork:environment"]);
    expect(parsed.kind === "valid" ? [] : parsed.problems).toEqual([]);
  });

  it.each([
    ["is right", {}, []],
    ["a host that is unknown", { nodes: [{ host: "n2" }] }, [".flocker.nodes[0].host: there is no host n2 in hosts"]],
    [
      "a control service on an unknown host",
      { control: { host: "c2" } },
      [".flocker.control.host: there is no host c2 in hosts"],
    ],
    [
      "a UUID used twice",
      {
        nodes: [
          { host: "c1", uuid: UUID },
          { host: "n1", uuid: UUID },
        ],
      },
      [`.flocker.nodes[1].uuid: ${UUID} is used twice: it is nodes.0.uuid already`],
    ],
    [
      "a name with an underscore",
      { control: { host: "c1", hostname: "control_1.example.net" } },
      [".flocker.control.hostname: "],
    ],
    ["no storage", { agent: { dataset: {} } }, [".flocker.agent.dataset.backend: is missing"]],
    [
      "a password in the open",
      { agent: { dataset: { backend: "openstack", password: "x" } } },
      [".flocker.agent.dataset.password: is a secret: name a secret configuration key for it in datasetSecrets"],
    ],
    [
      "a password in the open, deeper down",
      { agent: { dataset: { backend: "plugin", login: [{ password: "x" }] } } },
      [".flocker.agent.dataset.login[0].password: is a secret"],
    ],
    [
      "a value in the place of a key's name",
      { agent: { dataset: { backend: "aws" }, datasetSecrets: { secret_access_key: "wJalr/XUtn" } } },
      [".flocker.agent.datasetSecrets.secret_access_key: names a secret configuration key"],
    ],
    ["a certificate for nobody", { users: [{ name: "alice" }] }, [".flocker.users[0]: the certificate of alice"]],
    [
      "a folder in the project",
      { administrator: { directory: `${process.cwd()}/keys` } },
      [".flocker.administrator.directory: "],
    ],
    ["a wrong key", { dockerPlugin: true }, [".flocker.dockerPlugin: there is no such key"]],
  ])("tells: %s", (_, section, expected) => {
    const problems = problemsOf(section);
    expect(problems).toHaveLength(expected.length);
    expected.forEach((text, index) => expect(problems[index]).toContain(text));
  });

  it("judges the name that a host gives to the control service", () => {
    const host = { name: "c3", address: "10.0.0.3", fqdn: "c_3.example.net", hostKey: KEY };
    expect(problemsOf({ control: { host: "c3" } }, [host])).toEqual([
      expect.stringContaining(".flocker.control.hostname: "),
    ]);
    expect(problemsOf({ control: { host: "c3", hostname: "c3.example.net" } }, [host])).toEqual([]);
  });
});
