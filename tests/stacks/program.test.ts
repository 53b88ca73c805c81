import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";

import { Recorder } from "../components/recorder";

interface DevEnvironment {
  lab: string;
  readonly hosts: readonly { readonly name: string; readonly address: string; readonly port: number }[];
}

const directory = mkdtempSync(join(tmpdir(), "groundwork-program-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function dev(): DevEnvironment {
  const file = readFileSync(join(__dirname, "../../stacks/Pulumi.dev.yaml"), "utf8");
  const { config } = parse(file) as { config: { "groundwork:environment": DevEnvironment } };
  return config["groundwork:environment"];
}

/** Runs the program as `up` would, in modules of its own. */
async function run(environment: DevEnvironment): Promise<{ recorder: Recorder; outputs: Record<string, unknown> }> {
  pulumi.runtime.setAllConfig({ "groundwork:environment": JSON.stringify(environment) });
  const recorder = new Recorder();
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loading the program is what runs it
  const outputs = await recorder.run(() => require("../../stacks") as Record<string, unknown>);
  return { recorder, outputs };
}

describe("the program", () => {
  it("declares dev on the lab that its file describes, with open outputs and secret passwords", async () => {
    const environment = dev();
    environment.lab = join(directory, "lab.json");
    const hosts = environment.hosts.map(({ name, address, port }) => [
      name,
      { address, port, hostKey: "ssh-ed25519 AAAA" },
    ]);
    const lab = {
      ssh: { user: "root", privateKey: "LAB KEY" },
      hosts: Object.fromEntries(hosts),
      broker: { endpoint: "http://127.0.0.1:15672", username: "admin", password: "LAB BROKER" },
      database: { host: "127.0.0.1", port: 5432, username: "postgres", password: "LAB DATABASE", version: "15" },
    };
    writeFileSync(environment.lab, JSON.stringify(lab));

    const { recorder, outputs } = await run(environment);

    expect(recorder.named("pulumi:providers:hosts", "hosts").inputs).toMatchObject({ serviceManager: "lab" });
    expect(
      recorder
        .ofType("groundwork:mig:Daemon")
        .map(({ name }) => name)
        .sort(),
    ).toEqual([
      "mig-agent-agent1",
      "mig-agent-agent2",
      "mig-agent-agent3",
      "mig-api",
      "mig-scheduler-api1",
      "mig-worker-agent-intel",
    ]);
    const secrets = await Promise.all(
      Object.entries(outputs)
        .filter(([, value]) => pulumi.Output.isInstance(value))
        .map(async ([name, value]) => [name, await pulumi.isSecret(value as pulumi.Output<unknown>)]),
    );
    expect(Object.fromEntries(secrets)).toEqual({ hosts: false, mig: false, passwords: true });
  });
});
