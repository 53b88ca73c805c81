import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import type { handleServerStreamingCall, handleUnaryCall } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

/**
 * A language host for Pulumi's own engine where Pulumi's is not to be had: `pulumirpc.LanguageRuntime` by the SDK's
 * own `cmd/run`, `cmd/run-plugin` and `cmd/run-policy-pack`. Programs are loaded by this project's loader and not type-checked.
 */

/** The SDK's way to say that the user has been told already. */
const TOLD_ALREADY = 32;
const LOADER = join(__dirname, "../cli/bin/register.js");

export async function serveLanguageHost(engineAddress: string): Promise<void> {
  const server = new Server();
  server.addService(LanguageRuntimeService, {
    handshake: unary(async () => new pb.LanguageHandshakeResponse()),
    getPluginInfo: unary(async () => new PluginInfo().setVersion("0.0.0")),
    getRequiredPlugins: unary(async () => new pb.GetRequiredPluginsResponse()),
    getRequiredPackages: unary(async () => new pb.GetRequiredPackagesResponse()),
    getProgramDependencies: unary(async () => new pb.GetProgramDependenciesResponse()),
    about: unary(async () => new pb.AboutResponse().setExecutable(process.execPath).setVersion(process.version)),
    runtimeOptionsPrompts: unary(async () => new pb.RuntimeOptionsResponse()),
    cancel: unary(async () => new Empty()),
    run: unary((request: pb.RunRequest) => runProgram(request, engineAddress)),
    runPlugin,
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  process.stdout.write(`${port}\n`);
}

async function runProgram(request: pb.RunRequest, engineAddress: string): Promise<pb.RunResponse> {
  const info = request.getInfo();
  const directory = info?.getProgramDirectory() || request.getPwd();
  const values = {
    ...{ monitor: request.getMonitorAddress(), engine: engineAddress, project: request.getProject() },
    ...{ stack: request.getStack(), organization: request.getOrganization(), pwd: request.getPwd() },
    ...{ "root-directory": info?.getRootDirectory() ?? directory, parallel: String(request.getParallel()) },
  };
  const flags = Object.entries(values).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn(
    process.execPath,
    [
      ...["-r", LOADER, require.resolve("@pulumi/pulumi/cmd/run"), ...flags],
      ...(request.getDryrun() ? ["--dry-run"] : []),
      ...[info?.getEntryPoint() || request.getProgram(), ...request.getArgsList()],
    ],
    {
      cwd: directory,
      env: {
        ...process.env,
        PULUMI_NODEJS_TYPESCRIPT: "false",
        PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().getEntryList())),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      },
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  const code = await exitCode(child);
  if (code === 0) return new pb.RunResponse();
  if (code === TOLD_ALREADY) return new pb.RunResponse().setBail(true);
  return new pb.RunResponse().setError(`the program ended with code ${code}`);
}

const runPlugin: handleServerStreamingCall<pb.RunPluginRequest, pb.RunPluginResponse> = (call) => {
  const { request } = call;
  const folder = request.getInfo()?.getProgramDirectory() || request.getProgram();
  const isPolicyPack = request.getKind() === "analyzer";
  const child = spawn(
    process.execPath,
    isPolicyPack
      ? [require.resolve("@pulumi/pulumi/cmd/run-policy-pack"), ...request.getArgsList(), folder]
      : [require.resolve("@pulumi/pulumi/cmd/run-plugin"), folder, ...request.getArgsList()],
    {
      cwd: isPolicyPack ? folder : request.getPwd() || folder,
      env: { ...process.env, ...pairs(request.getEnvList()), PULUMI_NODEJS_TYPESCRIPT: "false" },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  child.stdout?.on("data", (data: Buffer) => call.write(new pb.RunPluginResponse().setStdout(data)));
  child.stderr?.on("data", (data: Buffer) => call.write(new pb.RunPluginResponse().setStderr(data)));
  call.on("cancelled", () => child.kill());
  void exitCode(child).then((code) => {
    call.write(new pb.RunPluginResponse().setExitcode(code));
    call.end();
  });
};

async function exitCode(child: ChildProcess): Promise<number> {
  const [code] = (await once(child, "close")) as [number | null];
  return code ?? 1;
}

function pairs(environment: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    environment.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
  );
}

function unary<Request, Response>(handle: (request: Request) => Promise<Response>): handleUnaryCall<Request, Response> {
  return (call, callback) =>
    void handle(call.request).then(
      (response) => callback(null, response),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
    );
}
