import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ResourceProvider } from "../../../providers/base/provider";
import { Secret, type PropertyMap } from "../../../providers/base/values";
import { createRabbitmqProvider } from "../../../providers/rabbitmq";
import { startTestBroker, uniqueName, type TestBroker } from "../../support/servers";
import { apiOf } from "./api";
import { lifecycle } from "./lifecycle";

let broker: TestBroker;
const open: ResourceProvider[] = [];

beforeAll(async () => {
  broker = await startTestBroker();
});

afterAll(async () => {
  for (const provider of open) await provider.close();
});

async function providerFor(config: PropertyMap): Promise<ResourceProvider> {
  const provider = createRabbitmqProvider();
  open.push(provider);
  const { endpoint, username, password } = broker;
  await provider.configure({ endpoint, username, password: new Secret(password), ...config });
  return provider;
}

function everything(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.message, error.stack, JSON.stringify(error), everything(error.cause)].join("\n");
}

async function failure(run: Promise<unknown>): Promise<Error> {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error("it did not fail");
  return error;
}

const USER = "rabbitmq:index/user:User";

it("a server that is down is named with what to look at", async () => {
  const users = lifecycle(await providerFor({ endpoint: "http://127.0.0.1:1" }), USER);
  const error = await failure(users.create({ name: "x", password: "pw-hidden-1" }));
  expect(error.message).toContain("http://127.0.0.1:1: nobody listens there");
  expect(error.message).toContain("ECONNREFUSED");
});

it("a wrong password is told apart, and neither it nor the header that carries it is in the error", async () => {
  const password = "wrong pässword/1";
  const users = lifecycle(await providerFor({ password: new Secret(password) }), USER);
  const error = await failure(users.create({ name: "x", password: "pw-hidden-1" }));
  expect(error.message).toMatch(/user "admin" may not log in \(401/);
  const text = everything(error);
  const encoded = Buffer.from(`${broker.username}:${password}`).toString("base64");
  for (const form of [password, encodeURIComponent(password), encoded, "pw-hidden-1"]) expect(text).not.toContain(form);
});

it("an account without rights is told what it lacks", async () => {
  const name = uniqueName("monitor");
  await apiOf(broker).put({ password: "pw-monitor-1", tags: "monitoring" }, "users", name);
  const users = lifecycle(await providerFor({ username: name, password: new Secret("pw-monitor-1") }), USER);
  const error = await failure(users.create({ name: uniqueName("x"), password: "pw-hidden-1" }));
  expect(error.message).toMatch(/needs the tag "administrator"|may not log in/);
  await apiOf(broker).delete("users", name);
});

it("a server that sends a request back, secrets and all, does not get them into the error", async () => {
  const echo = await listen((request, respond) => respond(request));
  const users = lifecycle(await providerFor({ endpoint: echo.url }), USER);
  const error = await failure(users.create({ name: "x", password: "pw hidden/1" }));
  expect(error.message).toContain("[secret]");
  const text = everything(error);
  for (const form of ["pw hidden/1", "pw%20hidden%2F1", broker.password]) expect(text).not.toContain(form);
  echo.server.close();
});

it("a policy of mirrored queues is refused on RabbitMQ 4 with what to do instead", async () => {
  const four = await listen((_, respond) => respond("{}", 200, JSON.stringify({ rabbitmq_version: "4.1.2" })));
  const policies = lifecycle(await providerFor({ endpoint: four.url }), "rabbitmq:index/policy:Policy");
  const policy = { pattern: "^mig\\.", priority: 1, applyTo: "queues", definition: { "ha-mode": "all" } };
  const error = await failure(policies.create({ name: "p", vhost: "mig", policy }));
  expect(error.message).toMatch(/"p@mig" sets ha-mode, but RabbitMQ 4\.1\.2 .* has no mirrored queues: .*quorum/);
  four.server.close();
});

describe("over TLS", () => {
  const folder = mkdtempSync(join(tmpdir(), "groundwork-management-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  let server: Server;
  let endpoint: string;

  beforeAll(async () => {
    const subject = ["-subj", "/CN=relay", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "1"];
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    execFileSync("openssl", ["req", "-x509", ...curve, ...subject, "-keyout", key, "-out", cert], { stdio: "ignore" });
    server = createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) => {
      response.writeHead(404).end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });

  it("a server of an unknown CA is not spoken to", async () => {
    const error = await failure(lifecycle(await providerFor({ endpoint }), USER).import("x"));
    expect(error.message).toMatch(/its certificate is not accepted, .*: set cacertFile/);
  });

  it("the CA in cacertFile is trusted, and insecure takes any", async () => {
    for (const config of [{ cacertFile: cert }, { insecure: true }] as PropertyMap[]) {
      const users = lifecycle(await providerFor({ endpoint, ...config }), USER);
      await expect(users.import("x")).resolves.toBeUndefined();
    }
  });

  it("a CA file that is not there is named", async () => {
    const missing = join(folder, "none.pem");
    const error = await failure(lifecycle(await providerFor({ endpoint, cacertFile: missing }), USER).import("x"));
    expect(error.message).toContain(`cacertFile ${missing} cannot be read`);
  });
});

/** A server in the broker's place, for what a real one cannot be made to do. */
async function listen(
  answer: (request: string, respond: (reason: string, status?: number, body?: string) => void) => void,
): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      // A creation looks first whether there is something of the name.
      const missing = request.method === "GET" && request.url !== "/api/overview";
      const told = `${request.url} ${request.headers.authorization} ${Buffer.concat(chunks).toString()}`;
      answer(told, (reason, status = 400, body = JSON.stringify({ error: "bad_request", reason })) => {
        response.writeHead(missing ? 404 : status).end(body);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
