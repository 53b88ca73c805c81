import { readFileSync } from "node:fs";
import * as path from "node:path";

import { makeForeignIdentity } from "../support/openssl";
import { type Identity, identityFrom, readFrom, session } from "../support/tls";
import type { Scene } from "./scene";

/** Whom the control service lets in on a port: it looks at the common name's beginning, and at nothing else. */
const ON = {
  "the agents' port": (commonName: string) => commonName.startsWith("node-"),
  "the REST API": (commonName: string) => commonName.startsWith("user-"),
};
type Port = keyof typeof ON;

/** Who shows no certificate. */
const NOBODY = "nobody";
const REFUSED = { refused: expect.any(String) as string };

/** Sessions with the placed files, by the rules of flocker/ca/_validation.py. */
export function sessionTests(scene: () => Scene): void {
  const placed: Record<string, Identity> = {};
  let ca: string;
  let address: string;

  beforeAll(async () => {
    const { environment, administrator } = scene();
    const from = (host: string, name: string) =>
      identityFrom(environment.host(host), `/etc/flocker/${name}.crt`, `/etc/flocker/${name}.key`);
    address = environment.host("relay1").address;
    ca = await readFrom(environment.host("relay1"), "/etc/flocker/cluster.crt");
    placed["the control service"] = await from("relay1", "control-service");
    placed["the node beside it"] = await from("relay1", "node");
    placed["a node"] = await from("agent2", "node");
    placed["a Docker plugin"] = await from("agent1", "plugin");
    placed["an API user"] = await from("api1", "ci");
    const local = (file: string) => readFileSync(path.join(administrator, file), "utf8");
    placed["the administrator's API user"] = { cert: local("alice.crt"), key: local("alice.key") };
    placed["a stranger"] = await makeForeignIdentity();
  });

  const identity = (name: string): Identity => {
    const found = placed[name];
    if (found === undefined) throw new Error(`There is no identity of ${name}.`);
    return found;
  };
  const dial = (who: string, name: string, port: Port) =>
    session(
      { address, identity: identity("the control service"), ca, admits: ON[port] },
      { name, ca, ...(who === NOBODY ? {} : { identity: identity(who) }) },
    );

  test.each<[string, string, Port]>([
    ["a node", "control-service", "the agents' port"],
    ["the node beside it", "control-service", "the agents' port"],
    ["a Docker plugin", "control-service", "the REST API"],
    ["an API user", "control-service", "the REST API"],
    ["an API user", "control.example.net", "the REST API"],
    ["an API user", "relay1", "the REST API"],
    ["the administrator's API user", "control.example.net", "the REST API"],
  ])("%s reaches %s on %s", async (who, name, port) => {
    expect(await dial(who, name, port)).toBe("established");
  });

  test("an API client reaches the control service by its address", async () => {
    expect(await dial("an API user", address, "the REST API")).toBe("established");
  });

  test.each<[string, Port]>([
    ["a node", "the REST API"],
    ["an API user", "the agents' port"],
    ["a Docker plugin", "the agents' port"],
    ["the control service", "the agents' port"],
    ["the control service", "the REST API"],
    ["a stranger", "the agents' port"],
    ["a stranger", "the REST API"],
    [NOBODY, "the REST API"],
  ])("%s is refused on %s", async (who, port) => {
    expect(await dial(who, "control-service", port)).toEqual(REFUSED);
  });

  test.each(["a node", "an API user", "a Docker plugin", "a stranger"])(
    "%s cannot pass for the control service",
    async (who) => {
      const impostor = { address, identity: identity(who), ca };
      expect(await session(impostor, { name: "control-service", ca, identity: identity("a node") })).toEqual(REFUSED);
    },
  );

  test("a name that the control service has not is not confirmed", async () => {
    expect(await dial("an API user", "other.example.net", "the REST API")).toEqual(REFUSED);
  });

  test.skip("Flocker itself forms a cluster: it is not in Debian 12", () => undefined);
}
