import { stringify } from "yaml";

/** Where agents connect to. Source: flocker/node/script.py of 1.15. */
export const AGENT_PORT = 4524;
/** Of the REST API. */
export const API_PORT = 4523;

export interface AgentConfig {
  readonly hostname: string;
  readonly port: number;
  readonly dataset: Readonly<Record<string, unknown>>;
  readonly logging?: Readonly<Record<string, unknown>>;
}

/** `agent.yml`, by the schema that agents hold it against. */
export function agentConfig({ hostname, port, dataset, logging }: AgentConfig): string {
  const content = {
    version: 1,
    "control-service": { hostname, port },
    dataset,
    ...(logging === undefined ? {} : { logging }),
  };
  // PyYAML reads YAML 1.1, where a bare `no` is a boolean and `012` an octal number.
  return stringify(content, { version: "1.1" });
}
