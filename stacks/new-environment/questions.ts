/** What a new environment has to know, by the flag that says it. */
export type Answers = Readonly<Record<string, string>>;

export interface Question {
  /** On the command line; answers have it as their key. */
  readonly flag: string;
  /** What is asked for, on a terminal and in the help. */
  readonly asks: string;
  /** The platform that needs it. @default every environment */
  readonly platform?: PlatformName;
  /** What stands in for no answer; without it there has to be one. */
  readonly fallback?: (answers: Answers) => string;
}

export const PLATFORM_NAMES = ["mig", "icinga2", "flocker", "mmm"] as const;
export type PlatformName = (typeof PLATFORM_NAMES)[number];

const none = () => "";

/** In the order in which they are asked: an answer may stand in for a later one. */
export const QUESTIONS: readonly Question[] = [
  { flag: "platforms", asks: `platforms, of ${PLATFORM_NAMES.join(", ")}` },
  {
    flag: "hosts",
    asks: "hosts, each name=address or name=address=DNS-name; with the port of SSH where that is not 22: address:port",
  },
  { flag: "known-hosts", asks: "file with the hosts' keys, as ssh-keyscan prints them" },
  { flag: "organization", asks: "organization in certificates", fallback: () => "Groundwork" },
  { flag: "ssh-user", asks: "user to log in to hosts as", fallback: () => "root" },
  { flag: "ssh-key", asks: "file of the private key for that (none: one is made)", fallback: none },
  { flag: "protect", asks: "refuse to delete what cannot be made again, yes or no", fallback: () => "no" },
  { flag: "mig-relay", platform: "mig", asks: "MIG: hosts of the broker" },
  { flag: "mig-database", platform: "mig", asks: "MIG: host of PostgreSQL" },
  { flag: "mig-scheduler", platform: "mig", asks: "MIG: hosts of schedulers" },
  {
    flag: "mig-api",
    platform: "mig",
    asks: "MIG: host of the API",
    fallback: (answers) => first(answers["mig-scheduler"]),
  },
  { flag: "mig-api-url", platform: "mig", asks: "MIG: URL of the API, without a path: https://mig.example.net" },
  { flag: "mig-agents", platform: "mig", asks: "MIG: hosts of agents" },
  {
    flag: "mig-authority",
    platform: "mig",
    asks: "MIG: authority, here or outside (an offline root's)",
    fallback: () => "here",
  },
  { flag: "broker-endpoint", platform: "mig", asks: "URL of the broker's management API: https://relay1:15671" },
  { flag: "icinga2-masters", platform: "icinga2", asks: "Icinga 2: one or two hosts of masters" },
  { flag: "icinga2-agents", platform: "icinga2", asks: "Icinga 2: hosts of agents", fallback: none },
  {
    flag: "icinga2-database",
    platform: "icinga2",
    asks: "Icinga 2: host of PostgreSQL for the masters (none: no central database)",
    fallback: (answers) => answers["mig-database"] ?? "",
  },
  { flag: "flocker-control", platform: "flocker", asks: "Flocker: host of the control service" },
  { flag: "flocker-nodes", platform: "flocker", asks: "Flocker: hosts of nodes" },
  { flag: "flocker-backend", platform: "flocker", asks: "Flocker: storage backend, such as aws or loopback" },
  { flag: "mmm-series", platform: "mmm", asks: "MMM: series, 1 or 2" },
  { flag: "mmm-monitor", platform: "mmm", asks: "MMM: host of the monitor" },
  { flag: "mmm-agents", platform: "mmm", asks: "MMM: hosts of agents" },
];

/** Whether the question is one of this environment. */
export function isAsked({ platform }: Question, answers: Answers): boolean {
  return platform === undefined || listOf(answers["platforms"]).includes(platform);
}

/** Entries of an answer, which commas or white space divide. */
export function listOf(answer = ""): readonly string[] {
  return answer.split(/[\s,]+/).filter((entry) => entry !== "");
}

function first(answer: string | undefined): string {
  return listOf(answer)[0] ?? "";
}
