import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { credentials } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { messageOf } from "../errors";
import type { Severity } from "../events";
import type { OperationRequest, PolicyPackOptions } from "../operation";
import { call, callIfServed, failureOf } from "../plugins/call";
import { ServiceProcess } from "../plugins/child";
import { resolveSdk } from "../plugins/find";
import { parseYaml } from "../project/project";
import { isObject } from "../state/property-codec";
import { parsePackConfig, resolveConfig } from "./config";
import { analyzeRequest, analyzeStackRequest, configureRequest, initialConfig, policyInfos } from "./messages";
import type { PolicyResource } from "./messages";

const CHANNEL = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

export interface PackStart {
  readonly request: OperationRequest;
  readonly engineAddress: string;
  readonly tell: (severity: Severity, message: string) => void;
}

/** A policy pack in a process of its own, run by the SDK of the pack, over `pulumirpc.Analyzer`. */
export class PolicyPack {
  readonly name: string;
  readonly version: string;
  /** Whether any of its policies may change properties, and whether any looks at the whole stack. */
  private readonly hasRemediations: boolean;

  private constructor(
    readonly path: string,
    private readonly service: ServiceProcess,
    private readonly client: AnalyzerClient,
    info: pb.AnalyzerInfo,
    levels: readonly string[],
  ) {
    this.name = info.getName();
    this.version = info.getVersion();
    this.hasRemediations = levels.includes("remediate");
  }

  static async start(options: PolicyPackOptions, start: PackStart): Promise<PolicyPack> {
    const folder = resolve(options.path);
    try {
      return await open(folder, options, start, (...parts) => new PolicyPack(folder, ...parts));
    } catch (error) {
      throw new Error(`policy pack ${options.path}: ${failureOf(error).message}`, { cause: error });
    }
  }

  /** The properties that a remediation asks for, one after the other; or why one could not run. */
  async remediate(resource: PolicyResource): Promise<pb.Remediation[]> {
    if (!this.hasRemediations) return [];
    const request = analyzeRequest(resource, true);
    return (await this.ask(() => call(this.client, this.client.remediate, request))).getRemediationsList();
  }

  async analyze(resource: PolicyResource): Promise<pb.AnalyzeDiagnostic[]> {
    const request = analyzeRequest(resource, false);
    return (await this.ask(() => call(this.client, this.client.analyze, request))).getDiagnosticsList();
  }

  async analyzeStack(resources: readonly PolicyResource[]): Promise<pb.AnalyzeDiagnostic[]> {
    const request = analyzeStackRequest(resources);
    return (await this.ask(() => call(this.client, this.client.analyzeStack, request))).getDiagnosticsList();
  }

  async close(): Promise<void> {
    this.client.close();
    await this.service.stop();
  }

  private async ask<T>(talk: () => Promise<T>): Promise<T> {
    try {
      return await talk();
    } catch (error) {
      const { message, unreachable } = failureOf(error);
      const ended = unreachable && (await this.service.isEnding());
      const words = ended ? `it ended unexpectedly${this.service.lastWords()}` : message;
      throw new Error(`policy pack ${this.name}: ${words}`, { cause: error });
    }
  }
}

async function open(
  folder: string,
  { config: configFile }: PolicyPackOptions,
  { request, engineAddress, tell }: PackStart,
  make: (service: ServiceProcess, client: AnalyzerClient, info: pb.AnalyzerInfo, levels: string[]) => PolicyPack,
): Promise<PolicyPack> {
  const { program, config: stackConfig, dryRun } = request;
  const main = await readMain(folder);
  const given = configFile === undefined ? new Map() : parsePackConfig(await readFile(configFile, "utf8"), configFile);
  const service = await ServiceProcess.start({
    subject: "the pack",
    command: process.execPath,
    args: [
      ...["--require", join(__dirname, "preload.js")],
      ...[resolveSdk("cmd/run-policy-pack", folder, program.root), engineAddress, main],
    ],
    cwd: folder,
    environment: { ...process.env, PULUMI_PROJECT: program.project, PULUMI_STACK: program.stack },
    onLine: (line, stream) => tell(stream === "stdout" ? "info" : "info#err", line),
  });
  const client = new AnalyzerClient(service.address, credentials.createInsecure(), CHANNEL);
  try {
    const hello = new pb.AnalyzerHandshakeRequest().setEngineAddress(engineAddress);
    await callIfServed(client, client.handshake, hello.setRootDirectory(folder).setProgramDirectory(folder));
    const stack = new pb.AnalyzerStackConfigureRequest()
      .setStack(program.stack)
      .setProject(program.project)
      .setOrganization(program.organization)
      .setDryRun(dryRun)
      .setConfigSecretKeysList([...stackConfig.secretKeys]);
    for (const [key, value] of stackConfig.values) stack.getConfigMap().set(key, value);
    await callIfServed(client, client.configureStack, stack);
    const info = await call(client, client.getAnalyzerInfo, new Empty());
    const policies = policyInfos(info);
    const unknown = [...given.keys()].filter((name) => name !== "all" && !policies.some((each) => each.name === name));
    if (unknown.length > 0) throw new Error(`${configFile}: the pack has no policy ${unknown.join(", ")}`);
    const config = resolveConfig(policies, initialConfig(info), given);
    await call(client, client.configure, configureRequest(config));
    return make(
      service,
      client,
      info,
      [...config.values()].map((each) => each.level ?? ""),
    );
  } catch (error) {
    client.close();
    await service.stop();
    throw error;
  }
}

/** What the pack's PulumiPolicy.yaml names as its program, from the pack's folder. */
async function readMain(folder: string): Promise<string> {
  const file = join(folder, "PulumiPolicy.yaml");
  const content = await readFile(file, "utf8").catch((error: unknown) => {
    throw new Error(`${file} cannot be read: ${messageOf(error)}`);
  });
  const project = parseYaml(content, file);
  const { runtime, main } = isObject(project) ? project : {};
  const language = isObject(runtime) ? runtime["name"] : runtime;
  if (language !== "nodejs")
    throw new Error(`${file}: only packs with the runtime nodejs are run by the embedded engine`);
  return typeof main === "string" ? main : ".";
}
