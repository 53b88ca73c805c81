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
import { loadPackConfig, resolveConfig } from "./config";
import type { PackConfig, PolicyInfo } from "./config";
import { analyzeRequest, analyzeStackRequest, configureRequest, initialConfig, policyInfos } from "./messages";
import type { PolicyResource } from "./messages";

const CHANNEL = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

export interface PackStart {
  readonly request: Pick<OperationRequest, "program" | "config" | "dryRun">;
  readonly engineAddress: string;
  readonly tell: (severity: Severity, message: string) => void;
}

/** A policy pack in a process of its own, run by the SDK of the pack, over `pulumirpc.Analyzer`. */
export class PolicyPack {
  name = "";
  version = "";
  policies: readonly PolicyInfo[] = [];
  /** By policy: with which level and values it runs. */
  config: PackConfig = new Map();
  private hasRemediations = false;
  private readonly client: AnalyzerClient;

  private constructor(
    /** The pack's folder, absolute. */
    readonly path: string,
    private readonly service: ServiceProcess,
  ) {
    this.client = new AnalyzerClient(service.address, credentials.createInsecure(), CHANNEL);
  }

  static async start(options: PolicyPackOptions, start: PackStart): Promise<PolicyPack> {
    const path = resolve(options.path);
    try {
      const given = await loadPackConfig(options.config);
      const pack = new PolicyPack(path, await launch(path, start));
      await pack.configure(start, given).catch(async (error: unknown) => {
        await pack.close();
        throw error;
      });
      return pack;
    } catch (error) {
      throw new Error(`policy pack ${options.path}: ${failureOf(error).message}`, { cause: error });
    }
  }

  /** Tells the pack what it works on, and configures its policies. */
  private async configure({ request, engineAddress }: PackStart, given: PackConfig): Promise<void> {
    const { client, path } = this;
    const { program, config: stackConfig, dryRun } = request;
    const hello = new pb.AnalyzerHandshakeRequest().setEngineAddress(engineAddress);
    await callIfServed(client, client.handshake, hello.setRootDirectory(path).setProgramDirectory(path));
    const stack = new pb.AnalyzerStackConfigureRequest()
      .setStack(program.stack)
      .setProject(program.project)
      .setOrganization(program.organization)
      .setDryRun(dryRun)
      .setConfigSecretKeysList([...stackConfig.secretKeys]);
    for (const [key, value] of stackConfig.values) stack.getConfigMap().set(key, value);
    await callIfServed(client, client.configureStack, stack);
    const info = await call(client, client.getAnalyzerInfo, new Empty());
    this.policies = policyInfos(info);
    this.config = resolveConfig(this.policies, initialConfig(info), given);
    await call(client, client.configure, configureRequest(this.config));
    this.name = info.getName();
    this.version = info.getVersion();
    this.hasRemediations = [...this.config.values()].some(({ level }) => level === "remediate");
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

async function launch(cwd: string, { request, engineAddress, tell }: PackStart): Promise<ServiceProcess> {
  const { program } = request;
  const main = await readMain(cwd);
  const sdk = resolveSdk("cmd/run-policy-pack", cwd, program.root);
  return ServiceProcess.start({
    ...{ subject: "the pack", command: process.execPath, cwd },
    args: ["--require", join(__dirname, "preload.js"), sdk, engineAddress, main],
    environment: { ...process.env, PULUMI_PROJECT: program.project, PULUMI_STACK: program.stack },
    onLine: (line, stream) => tell(stream === "stdout" ? "info" : "info#err", line),
  });
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
