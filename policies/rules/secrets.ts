import { Secret, isPropertyMap } from "../../providers/base/values";
import type { Value } from "../../providers/base/values";
import { resourceRule, stackRule } from "../rule";
import { RANDOM_PASSWORD, STACK, holdsPrivateKey } from "../types";

interface Names {
  readonly names: readonly string[];
  readonly open: readonly string[];
}

const config = {
  names: {
    type: "array" as const,
    items: { type: "string" as const },
    description: "Expressions for the names of properties that hold secrets, whatever resource has them.",
    default: [
      "^(.*_)?(password|passphrase|passwd|pgpassword|secret|token|ticket|cookie|(api|access|secret)_?key)$",
      "^.*(Password|Passphrase|Secret|Token|Ticket|PrivateKey|privateKey|PrivateKeyPem|privateKeyPem)$",
      "^(bcryptHash|privateKey(Pem|PemPkcs8|Openssh)?)$",
    ],
  },
  open: {
    type: "array" as const,
    items: { type: "string" as const },
    description: "Names, or paths as `environment.TOKEN`, that look like a secret's and are none.",
    default: [],
  },
};

export const secretRules = [
  resourceRule<Names>({
    name: "secrets-marked",
    displayName: "Passwords and keys are secrets",
    description: "What is a password or a private key is marked secret, so that no state, preview or log shows it.",
    severity: "critical",
    level: "mandatory",
    control: "IA-5",
    tags: ["secrets"],
    remedy: "wrap the value in pulumi.secret, or set it by `config set --secret`; change what has been shown",
    config,
    check: ({ inputs }, report, names) => openSecrets(inputs, names).forEach((path) => report(`${path} is not secret`)),
  }),
  stackRule<Names>({
    name: "secret-outputs",
    displayName: "Outputs show no secrets",
    description:
      "What is a password or a private key is marked secret in the outputs of the stack and of its resources.",
    severity: "critical",
    level: "mandatory",
    control: "IA-5",
    tags: ["secrets", "stacks"],
    remedy: "export it by pulumi.secret, or do not export it; change what has been shown",
    config,
    check: (members, report, names) => {
      for (const { urn, type, outputs } of members) {
        const subject = type === STACK ? "the stack's output" : "the output";
        const known = type === RANDOM_PASSWORD ? { ...names, names: [...names.names, "^result$"] } : names;
        openSecrets(outputs, known).forEach((path) => report(`${subject} ${path} is not secret`, urn));
      }
    },
  }),
];

/** Paths of what is not marked and should be. */
function openSecrets(value: Value, names: Names): readonly string[] {
  const expressions = names.names.map((name) => new RegExp(name, "i"));
  const isSecretName = (name: string): boolean => expressions.some((expression) => expression.test(name));
  const search = (given: Value, path: readonly string[]): readonly string[] => {
    // An unknown value is not marked either, if it is not going to be secret.
    if (given instanceof Secret || given === null) return [];
    const name = path.at(-1) ?? "";
    if (names.open.includes(name) || names.open.includes(path.join("."))) return [];
    if (typeof given === "string")
      return given !== "" && (isSecretName(name) || showsSecret(given)) ? [path.join(".")] : [];
    if (Array.isArray(given))
      return given.flatMap((member, index) => search(member as Value, [...path, String(index)]));
    if (isPropertyMap(given)) return Object.entries(given).flatMap(([key, member]) => search(member, [...path, key]));
    return typeof given === "object" && isSecretName(name) ? [path.join(".")] : [];
  };
  return search(value, []);
}

/** A private key, or a URL with a password in it. */
function showsSecret(text: string): boolean {
  return holdsPrivateKey(text) || /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:[^\s/@]+@/i.test(text);
}
