import { publicKeyProblem } from "./pgp-armour";

/** Who may order what from an agent, by module: `default` holds for those not named. Source: MIG's doc/concepts.rst. */
export type AccessControl = Readonly<
  Record<
    string,
    {
      readonly minimumweight: number;
      readonly investigators: Readonly<Record<string, { readonly fingerprint: string; readonly weight: number }>>;
    }
  >
>;

/** What an agent takes from no configuration file: it is compiled in. */
export interface AgentBuild {
  /** Armoured PGP public keys of the investigators, and of the scheduler once it has one. */
  readonly publicKeys: readonly string[];
  readonly accessControl: AccessControl;
  /** HTTP proxies, `proxy.example.net:3128`, tried after a direct connection. */
  readonly proxies: readonly string[];
  /** The scheduler's fingerprint, which exists after its first start: lets it destroy agents that were upgraded. */
  readonly schedulerFingerprint?: string;
}

const FINGERPRINT = /^[0-9A-F]{40}$/;
const NO_FINGERPRINT = "is not 40 upper-case hexadecimal digits";

/** A place among the compiled-in values, and what is wrong there. */
export interface AgentBuildProblem {
  readonly path: readonly (string | number)[];
  readonly reason: string;
}

/** What is wrong with the compiled-in values; empty when nothing is. */
export function agentBuildProblems(build: AgentBuild): readonly AgentBuildProblem[] {
  const { publicKeys, accessControl, schedulerFingerprint, proxies } = build;
  return [
    ...publicKeys.flatMap((key, index) => at(["publicKeys", index], publicKeyProblem(key))),
    ...("default" in accessControl ? [] : at(["accessControl"], "has no rule named default")),
    ...Object.entries(accessControl).flatMap(([module, rule]) =>
      ruleProblems(rule).map(({ path, reason }) => ({ path: ["accessControl", module, ...path], reason })),
    ),
    ...(schedulerFingerprint === undefined || FINGERPRINT.test(schedulerFingerprint)
      ? []
      : at(["schedulerFingerprint"], NO_FINGERPRINT)),
    ...proxies.flatMap((proxy, index) =>
      /^[^\s:/]+:\d{1,5}$/.test(proxy) ? [] : at(["proxies", index], `"${proxy}" is not host:port`),
    ),
  ];
}

function ruleProblems({ minimumweight, investigators }: AccessControl[string]): readonly AgentBuildProblem[] {
  const people = Object.entries(investigators);
  const total = people.reduce((sum, [, { weight }]) => sum + weight, 0);
  return [
    ...people.flatMap(([name, { fingerprint }]) =>
      FINGERPRINT.test(fingerprint) ? [] : at(["investigators", name, "fingerprint"], NO_FINGERPRINT),
    ),
    ...(total < minimumweight
      ? at(["minimumweight"], `all investigators together weigh ${total}, less than ${minimumweight}`)
      : []),
  ];
}

function at(path: AgentBuildProblem["path"], reason: string | undefined): readonly AgentBuildProblem[] {
  return reason === undefined ? [] : [{ path, reason }];
}

/** The rule by which schedulers destroy agents that were upgraded. */
const DESTROY = "agentdestroy";

/** Access control with the scheduler in it, who destroys agents alone, whatever others need for that. */
export function accessControlOf({ accessControl, schedulerFingerprint: fingerprint }: AgentBuild): AccessControl {
  if (fingerprint === undefined) return accessControl;
  const { minimumweight, investigators } = accessControl[DESTROY] ?? { minimumweight: 1, investigators: {} };
  const scheduler = { fingerprint, weight: minimumweight };
  return {
    ...accessControl,
    [DESTROY]: { minimumweight, investigators: { ...investigators, "MIG Scheduler": scheduler } },
  };
}
