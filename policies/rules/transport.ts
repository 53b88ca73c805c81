import { resourceRule } from "../rule";
import { type Subject, hostOf, map, placedFiles, text } from "../subject";
import { brokenCiphers, oldProtocols } from "../tls-settings";
import { FILE_SET, GUARD } from "../types";

export const transportRules = [
  resourceRule<{ readonly ignored: readonly string[] }>({
    name: "tls-protocol",
    displayName: "TLS 1.2 or newer",
    description: "No configuration that is placed on a host allows SSL or a TLS older than 1.2.",
    severity: "high",
    level: "mandatory",
    control: "SC-8",
    tags: ["tls", "files"],
    remedy: "allow TLS 1.2 and 1.3 in that file and nothing older",
    config: { ignored: ignoredPaths() },
    check: (subject, report, { ignored }) => {
      for (const { path, content } of configurations(subject, ignored)) {
        const old = oldProtocols(content);
        if (old.length > 0) report(`${hostOf(subject)}: ${path} allows ${old.join(", ")}`);
      }
    },
  }),
  resourceRule<{ readonly ignored: readonly string[] }>({
    name: "tls-ciphers",
    displayName: "No broken cipher",
    description: "No configuration that is placed on a host allows a cipher that is broken, or one without a key.",
    severity: "high",
    level: "mandatory",
    control: "SC-13",
    tags: ["tls", "files"],
    remedy: "take the cipher out of that file's list, or the list itself: today's defaults have none",
    config: { ignored: ignoredPaths() },
    check: (subject, report, { ignored }) => {
      for (const { path, content } of configurations(subject, ignored)) {
        const broken = brokenCiphers(content);
        if (broken.length > 0) report(`${hostOf(subject)}: ${path} allows ${broken.join(", ")}`);
      }
    },
  }),
  resourceRule<{ readonly modes: readonly string[] }>({
    name: "database-tls-verified",
    displayName: "Connections to a database verify the server",
    description: "Whoever connects to PostgreSQL checks the server's certificate and its name: sslmode verify-full.",
    severity: "high",
    level: "advisory",
    control: "SC-8",
    tags: ["tls", "database"],
    remedy: "set sslmode: verify-full in the environment, where the platform's database or the operator's is declared",
    config: {
      modes: {
        type: "array",
        items: { type: "string" },
        description: "Modes that are taken.",
        default: ["verify-full"],
      },
    },
    check: (subject, report, { modes }) => {
      for (const { place, mode } of sslModes(subject)) {
        if (!modes.includes(mode)) report(`${place} has sslmode ${mode}`);
      }
    },
  }),
];

function ignoredPaths() {
  return {
    type: "array" as const,
    items: { type: "string" as const },
    description: "Files that are no configuration of a server or a client.",
    default: [] as string[],
  };
}

/** Files whose content is known. */
function configurations(subject: Subject, ignored: readonly string[]): readonly { path: string; content: string }[] {
  if (subject.type !== FILE_SET) return [];
  return placedFiles(subject).flatMap(({ path, content }) =>
    content === undefined || ignored.includes(path) ? [] : [{ path, content }],
  );
}

const SSL_MODE = /^(?:[^#;\n]*[\s?&{])?(?:Environment=)?"?(?:ssl_?mode|PGSSLMODE)"?\s*[=:]\s*"?([a-z-]+)/gim;

/**
 * In files, in the environment of commands, in the configuration of providers, and in what a component is asked for: the
 * files of a component are known only when their passwords are.
 */
function sslModes(subject: Subject): readonly { readonly place: string; readonly mode: string }[] {
  const { inputs, type } = subject;
  if (type === FILE_SET) {
    return configurations(subject, []).flatMap(({ path, content }) =>
      [...content.matchAll(SSL_MODE)].map(([, mode = ""]) => ({ place: `${hostOf(subject)}: ${path}`, mode })),
    );
  }
  const environment = type === GUARD ? text(map(inputs["environment"])["PGSSLMODE"]) : undefined;
  const modes = [
    { place: "the command's environment", mode: environment },
    { place: type.startsWith("pulumi:providers:") ? "the provider" : "it", mode: text(inputs["sslmode"]) },
  ];
  return modes.flatMap(({ place, mode }) => (mode === undefined ? [] : [{ place, mode }]));
}
