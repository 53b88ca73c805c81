import { messageOf } from "../errors";
import type { Severity } from "../events";
import type { OperationRequest } from "../operation";
import { ServiceProcess } from "./child";
import type { ServiceCommand } from "./child";
import type { FoundPlugin } from "./find";
import { PluginProvider } from "./plugin-provider";

/** What a plugin is started for. */
export interface PluginStart {
  readonly request: OperationRequest;
  readonly engineAddress: string;
  readonly tell: (severity: Severity, message: string) => void;
}

/** A plugin that runs in the program's folder and is told the project's name, as Pulumi's CLI does. */
export async function startPlugin(
  name: string,
  { command, args, path }: Pick<FoundPlugin, "command" | "args" | "path">,
  { request, engineAddress }: PluginStart,
  onLine: ServiceCommand["onLine"],
): Promise<PluginProvider> {
  const { program } = request;
  try {
    const service = await ServiceProcess.start({
      subject: `the plugin at ${path}`,
      ...{ command, args: [...args, engineAddress], onLine },
      cwd: program.directory,
      environment: { ...process.env, PULUMI_PROJECT: program.project, PULUMI_NODEJS_PROJECT: program.project },
    });
    return await PluginProvider.open(service, { packageName: name, engineAddress, folder: path });
  } catch (error) {
    throw new Error(`package "${name}": ${messageOf(error)}`, { cause: error });
  }
}
