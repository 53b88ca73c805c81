import { createRequire } from "node:module";
import { join } from "node:path";
import { DeploymentInfo, RegisterResourceResponse, ResourceMonitorFeature } from "@pulumi/pulumi/proto/resource_pb";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { loadProject } from "../engine/project/project";
import { asClient, inSdk, loadSdk } from "../engine/sdk";
import { loadProgram } from "../engine/load-program";
import { createUrn } from "../engine/urn";
import { passphraseKeyring } from "../engine/state/passphrase";
import { openBackend } from "../engine/state/stack";
import { StackConfigFile } from "../engine/project/stack-config";
import { toWire } from "../providers/base/wire";

/**
 * `alone.ts FOLDER STACK`: a program's own start and reading its state, and nothing else: each registration is answered
 * at once with what the state holds. The floor of an `up` that changes nothing.
 */
async function main(folder: string, stack: string): Promise<void> {
  const project = await loadProject(folder);
  const keyring = passphraseKeyring(process.env);
  const backend = await openBackend(`file://${join(folder, ".groundwork/state")}`, { keyring });
  const config = await StackConfigFile.load(project, stack, {});
  const { resources } = await backend.stack(project.name, stack).read();
  const known = new Map(resources.map((state) => [state.urn, state]));
  const answer = async (request: RegisterResourceRequest): Promise<RegisterResourceResponse> => {
    const parent = request.getParent();
    const named = { project: project.name, stack, type: request.getType(), name: request.getName() };
    const urn = createUrn({ ...named, ...(parent !== "" && { parent }) });
    const state = known.get(urn);
    const response = new RegisterResourceResponse();
    response.setUrn(urn);
    response.setId(state?.id ?? "");
    response.setObject(Struct.fromJavaScript(toWire(state?.outputs ?? {}) as Record<string, JavaScriptValue>));
    return response;
  };
  const monitor = {
    getDeploymentInfo: async () => {
      const info = new DeploymentInfo();
      info.setSupportedfeaturesList([ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_SECRETS]);
      return info;
    },
    registerResource: answer,
    registerResourceOutputs: async () => new Empty(),
  };
  const engine = { log: async () => new Empty(), setRootResource: async () => new Empty() };
  const projectRequire = createRequire(join(folder, "package.json"));
  const sdk = loadSdk(projectRequire);
  const track = <T>(work: Promise<T>): Promise<T> => work;
  const program = {
    project: project.name,
    organization: "organization",
    stack,
    root: folder,
    directory: folder,
    entry: project.entry,
  };
  const values = await config.toStackConfig(async () => keyring.open(config.salt ?? "", stack));
  const connection = { program, config: values, parallel: 8, dryRun: false };
  const clients = { monitor: asClient(monitor, track), engine: asClient(engine, track) };
  await inSdk(sdk, { ...connection, ...clients }, async () => {
    await sdk.stack.runInPulumiStack(() => loadProgram(projectRequire, project.entry));
    await sdk.settings.waitForRPCs();
  });
}

const [folder = "", stack = ""] = process.argv.slice(2);
main(folder, stack).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
