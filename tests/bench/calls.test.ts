import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { TestProject } from "../cli/project";
import { startTestBroker, type TestBroker } from "../support/servers";

jest.setTimeout(300_000);

const NODES = join(__dirname, "../../bench/nodes");

/** Passes requests on to the broker and takes them down. */
class Witness {
  readonly calls: string[] = [];
  private readonly server: Server;

  constructor(broker: TestBroker) {
    const { hostname, port } = new URL(broker.endpoint);
    this.server = createServer((incoming, answer) => {
      const { method = "", url: path = "", headers } = incoming;
      this.calls.push(`${method} ${path}`);
      const passed = request({ hostname, port, method, path, headers }, (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      });
      passed.on("error", () => answer.destroy());
      incoming.pipe(passed);
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  take(): string[] {
    return this.calls.splice(0).sort();
  }
}

describe("what an operation asks of a server", () => {
  let broker: TestBroker;
  let witness: Witness;
  let project: TestProject;

  beforeAll(async () => {
    broker = await startTestBroker();
    witness = new Witness(broker);
    const endpoint = await witness.start();
    project = await TestProject.withStack(NODES);
    const settings = { endpoint, username: broker.username, password: broker.password, nodes: "2" };
    for (const [key, value] of Object.entries(settings)) await groundwork("config", "set", "--plaintext", key, value);
  });

  afterAll(async () => {
    await groundwork("destroy", "--yes", "--skip-preview");
    project.dispose();
    await witness.stop();
  });

  async function groundwork(...args: string[]): Promise<string[]> {
    const { code, stdout, stderr } = await project.run([...args, "--stack", "dev"]);
    if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${stdout}${stderr}`);
    return witness.take();
  }

  /** What does not concern the vhost that all share. */
  const ofNodes = (calls: readonly string[]): string[] => calls.filter((call) => /bench-\d/.test(call));
  const user = (i: number): string => `/api/users/bench-${i}`;
  const permissions = (i: number): string => `/api/permissions/bench/bench-${i}`;

  it("is, for a node that is made, what the bench takes for the floor", async () => {
    const perNode = [0, 1].flatMap((i) => [
      ...[`GET ${user(i)}`, `PUT ${user(i)}`, `GET ${user(i)}`],
      ...[`PUT ${permissions(i)}`, `GET ${permissions(i)}`],
    ]);
    const calls = await groundwork("up", "--yes", "--skip-preview");
    expect(ofNodes(calls)).toEqual(perNode.sort());
  });

  it("is nothing at all when nothing changed", async () => {
    expect(await groundwork("preview", "--expect-no-changes")).toEqual([]);
    expect(await groundwork("up", "--yes", "--expect-no-changes")).toEqual([]);
  });

  it("is one reading an object in a refresh", async () => {
    const calls = await groundwork("refresh", "--yes", "--skip-preview");
    const expected = [0, 1].flatMap((i) => [`GET ${user(i)}`, `GET ${permissions(i)}`]);
    expect(ofNodes(calls)).toEqual(expected.sort());
  });
});
