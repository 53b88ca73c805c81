import type { Scene } from "./scene";

const SERVER = "TLS Web Server Authentication";
const CLIENT = "TLS Web Client Authentication";

interface Leaf {
  readonly host: string;
  readonly certificate: string;
  readonly key: string;
  readonly ca: string;
  readonly usage: "sslserver" | "sslclient";
  readonly subject: string;
}

const amqps = (host: string, role: string, unit = role): Leaf => ({
  host,
  certificate: `/etc/mig/${role}/${role}-amqps.pem`,
  key: `/etc/mig/${role}/${role}-amqps-key.pem`,
  ca: `/etc/mig/${role}/cacert.pem`,
  usage: "sslclient",
  subject: `O = Groundwork dev, OU = ${unit}, CN = ${host}`,
});

const LEAVES: readonly Leaf[] = [
  {
    host: "relay1",
    certificate: "/etc/rabbitmq/certs/relay1.pem",
    key: "/etc/rabbitmq/certs/relay1.key",
    ca: "/etc/rabbitmq/certs/cacert.pem",
    usage: "sslserver",
    subject: "O = Groundwork dev, CN = relay1",
  },
  {
    host: "db1",
    certificate: "/etc/postgresql/*/main/certs/server.pem",
    key: "/etc/postgresql/*/main/certs/server.key",
    ca: "/etc/postgresql/*/main/certs/cacert.pem",
    usage: "sslserver",
    subject: "O = Groundwork dev, CN = db1",
  },
  amqps("api1", "scheduler"),
  amqps("api1", "worker-agent-intel"),
  amqps("agent1", "agent"),
  amqps("agent2", "agent"),
  amqps("agent3", "agent"),
];

/** What OpenSSL says, on the hosts themselves, of what is placed there. */
export function certificateTests(scene: () => Scene): void {
  test.each(LEAVES)("$certificate on $host is a good certificate for $usage alone", async (leaf) => {
    const { host, certificate, ca, usage, subject } = leaf;
    const openssl = (command: string) => scene().environment.host(host).run(`openssl ${command}`);
    const verify = (purpose: string) => openssl(`verify -x509_strict -purpose ${purpose} -CAfile ${ca} ${certificate}`);
    const other = usage === "sslserver" ? "sslclient" : "sslserver";
    const [text] = await Promise.all([
      openssl(`x509 -in ${certificate} -noout -subject -ext extendedKeyUsage,subjectAltName,basicConstraints,keyUsage`),
      expect(verify(usage)).resolves.toMatch(/: OK$/),
      expect(verify(other)).rejects.toThrow("verification failed"),
    ]);
    const { address } = scene().environment.host(host);
    expect(text).toContain(`subject=${subject}`);
    expect(extension(text, "Extended Key Usage")).toBe(usage === "sslserver" ? SERVER : CLIENT);
    expect(extension(text, "Subject Alternative Name")).toBe(
      usage === "sslserver" ? `DNS:${host}, IP Address:${address}` : undefined,
    );
    expect(extension(text, "Basic Constraints")).toBe("CA:FALSE");
    expect(extension(text, "Key Usage")).toContain("Digital Signature");
  });

  test.each(LEAVES)("$key on $host is the certificate's key", async ({ host, certificate, key }) => {
    const publicKey = (command: string) => scene().environment.host(host).run(`openssl ${command} -pubout 2>/dev/null`);
    expect(await publicKey(`pkey -in ${key}`)).toBe(
      await scene().environment.host(host).run(`openssl x509 -in ${certificate} -noout -pubkey`),
    );
  });

  test("every host trusts the one authority of this environment", async () => {
    const placed = await Promise.all(LEAVES.map(({ host, ca }) => scene().environment.host(host).run(`cat ${ca}`)));
    expect(new Set(placed.map((pem) => pem.trim()))).toEqual(new Set([scene().outputs.caCertificate.trim()]));
  });
}

function extension(text: string, name: string): string | undefined {
  return new RegExp(`X509v3 ${name}:.*\\n +(.*)`).exec(text)?.[1];
}
