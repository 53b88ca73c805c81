"use strict";

/** What was made, how it is reached, what to try next: facts without a secret. */
function summary(stack, facts, outputs) {
  const hosts = Object.entries(facts.hosts).map(
    ([name, { address, port }]) => `  ${name.padEnd(8)} ${`${address}:${port}`.padEnd(18)} ${rolesOf(outputs, name)}`,
  );
  const first = Object.keys(facts.hosts).find((name) => name.startsWith("agent")) ?? Object.keys(facts.hosts)[0];
  return [
    "",
    `The environment ${stack} runs: Mozilla MIG's ground on real servers, all on this machine.`,
    "",
    "Hosts (SSH, root, namespaces of their own)",
    ...hosts,
    "",
    `Broker     management ${facts.broker.endpoint} (${facts.broker.username})${amqps(outputs)}`,
    `Database   PostgreSQL ${facts.database.version} at ${facts.database.host}:${facts.database.port} (${facts.database.username})${databaseName(outputs)}`,
    "Secrets    .groundwork/lab/dev/lab.json (SSH key, operators' passwords) and .groundwork/passphrase, both 0600",
    "",
    "Try next",
    "  export PULUMI_CONFIG_PASSPHRASE_FILE=.groundwork/passphrase",
    hint(`lab exec ${first} -- chmod 0644 /etc/mig/mig-agent.cfg`, "break something"),
    hint(`preview --stack ${stack} --refresh --diff`, "see what"),
    hint(`up --stack ${stack} --refresh --yes`, "repair it"),
    hint(`stack output --stack ${stack}`, "what the environment offers"),
    hint("lab status", "the servers; lab down stops them"),
    "",
  ].join("\n");
}

function hint(command, purpose) {
  return `  npm run groundwork -- ${command.padEnd(58)} ${purpose}`;
}

function rolesOf(outputs, name) {
  return (outputs.hosts?.[name]?.roles ?? []).join(", ");
}

function amqps(outputs) {
  const { amqps: url, vhost } = outputs.mig?.broker ?? {};
  return url === undefined ? "" : `\n           ${url}, vhost ${vhost}, with a client certificate only`;
}

function databaseName(outputs) {
  return outputs.mig?.database?.name === undefined ? "" : `, database ${outputs.mig.database.name}`;
}

module.exports = { summary };
