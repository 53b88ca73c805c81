import type { NewHost } from "./hosts";
import { type Answers, PLATFORM_NAMES, type PlatformName, listOf } from "./questions";

/** The file of a new environment, commented. `key` is the configuration key that holds it. */
export function renderEnvironment(name: string, key: string, answers: Answers, hosts: readonly NewHost[]): string {
  const wanted = listOf(answers["platforms"]);
  const sections = PLATFORM_NAMES.filter((platform) => wanted.includes(platform)).map((platform) =>
    SECTIONS[platform](answers),
  );
  return `# yaml-language-server: $schema=environment.schema.json
# The environment ${name}. It holds no secret in clear: what it names as a secret is a key of its own, encrypted below.
config:
  ${key}:
    # How the operator gets in. A password is named here, not written: brokerAdminPassword, databaseAdminPassword.
    operators:
      ssh: { user: ${quoted(answers["ssh-user"])} }
${operators(wanted, answers)}
    # Keys as ssh-keyscan prints them. Others dial a host by its fqdn where there is one, else by its address.
    hosts:
${hosts.map(host).join("\n")}

    # Each platform has an authority of its own. A lifetime has a unit: h, d or y. \`up\` renews what is in its last third.
    certificates:
      organization: ${quoted(answers["organization"])}
      lifetime: 90d

    # True: \`up\` and \`destroy\` refuse to delete or replace databases, virtual hosts, authorities' keys and UUIDs.
    protect: ${answers["protect"] === "yes"}

${sections.join("\n")}`;
}

function operators(wanted: readonly string[], answers: Answers): string {
  const broker = `      # An administrator other than guest, which exists already.
      broker: { endpoint: ${quoted(answers["broker-endpoint"])}, username: admin }
`;
  const database = `      # A superuser, which exists already. verify-full once the server has a certificate that you can verify (sslrootcert).
      database: { username: postgres, sslmode: require }
`;
  const hasDatabase = wanted.includes("mig") || (answers["icinga2-database"] ?? "") !== "";
  return `${wanted.includes("mig") ? broker : ""}${hasDatabase ? database : ""}`;
}

function host({ name, address, port, fqdn, hostKey }: NewHost): string {
  const ssh = port === undefined ? "" : `, port: ${port}`;
  const dns = fqdn === undefined ? "" : `, fqdn: ${quoted(fqdn)}`;
  return `      - { name: ${quoted(name)}, address: ${quoted(address)}${ssh}${dns}, hostKey: ${quoted(hostKey)} }`;
}

const SECTIONS: Readonly<Record<PlatformName, (answers: Answers) => string>> = {
  mig: (answers) => `    mig:
${
  answers["mig-authority"] === "outside"
    ? "      # groundwork ca csr mig, then groundwork ca import mig: docs/guides/certificate-authority.md\n      authority: { from: configuration }\n"
    : ""
}      relay:
        hosts: ${list(answers["mig-relay"])}
        generation: 3 # the RabbitMQ series; 4 has quorum queues in place of mirrored ones
      database:
        host: ${quoted(answers["mig-database"])}
        schema: managed # the tables are made here; external: they have to be there
      scheduler:
        hosts: ${list(answers["mig-scheduler"])}
        # Which agents may register: \`<os>.<host>.<random>\`, or re: and an expression. Keep the expressions few.
        whitelist: ['re:linux\\.[a-z0-9-]+\\.[a-z0-9]+']
      api:
        host: ${quoted(answers["mig-api"])}
        publicUrl: ${quoted(answers["mig-api-url"])} # of a reverse proxy with TLS
        authentication: false # true as soon as there is an investigator
      workers:
        - { host: ${quoted(answers["mig-api"])}, name: agent-intel }
      agents:
        hosts: ${list(answers["mig-agents"])}
`,
  icinga2: (answers) => `    icinga2:
      zones:
        - name: master
          endpoints: [${listOf(answers["icinga2-masters"])
            .map((name) => `{ host: ${quoted(name)} }`)
            .join(", ")}]
${
  listOf(answers["icinga2-agents"]).length === 0
    ? ""
    : `      agents:
        # placed: its certificate is put there; ticket: it asks for one by itself; authority: somebody signs.
        - { parent: master, hosts: ${list(answers["icinga2-agents"])}, certificate: placed }
`
}${
    (answers["icinga2-database"] ?? "") === ""
      ? ""
      : `      # The masters' central database; beside MIG, on its server.
      ido: { host: ${quoted(answers["icinga2-database"])} }
`
  }`,
  flocker: (answers) => `    flocker:
      cluster: { name: ${quoted(answers["name"])} }
      control: { host: ${quoted(answers["flocker-control"])} }
      nodes:
${listOf(answers["flocker-nodes"])
  .map((name) => `        - { host: ${quoted(name)} }`)
  .join("\n")}
      agent:
        # What the backend takes; secrets by the names of configuration keys, under datasetSecrets.
        dataset: { backend: ${quoted(answers["flocker-backend"])} }
`,
  mmm: (answers) => `    mmm:
      series: ${listOf(answers["mmm-series"])[0] ?? ""} # 1 with its SSL branch, or 2
      monitor: { host: ${quoted(answers["mmm-monitor"])} }
      agents: [${listOf(answers["mmm-agents"])
        .map((name) => `{ host: ${quoted(name)} }`)
        .join(", ")}]
`,
};

function list(answer: string | undefined): string {
  return `[${listOf(answer).map(quoted).join(", ")}]`;
}

/** Plain where YAML reads it as the same text. */
function quoted(text = ""): string {
  return /^[A-Za-z/][A-Za-z0-9 ._/+=@-]*$/.test(text) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text);
}
