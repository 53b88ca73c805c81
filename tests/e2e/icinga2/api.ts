import { request } from "node:https";

/** Who asks the daemons: an account that the operator has, beside what is placed. */
export const API_USER = { name: "tests", password: "only for these tests" };
export const API_USERS_FILE = "/etc/icinga2/conf.d/tests-api-user.conf";
export const API_USERS = `object ApiUser "${API_USER.name}" {
  password = "${API_USER.password}"
  permissions = [ "status/query", "objects/query/*" ]
}
`;

/** A daemon by its endpoint's name, the one that each of its certificates holds, whoever signed it. */
export interface Daemon {
  readonly name: string;
  readonly address: string;
}

/** What a daemon answers to a query, over a connection that is verified by `ca` and the daemon's name. */
function query({ name, address }: Daemon, path: string, ca: string): Promise<unknown> {
  const auth = `${API_USER.name}:${API_USER.password}`;
  return new Promise((resolve, reject) => {
    const options = { host: address, servername: name, port: 5665, path, ca, auth, agent: false };
    const sent = request(options, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("error", reject).on("end", () => {
        if (response.statusCode === 200) resolve(JSON.parse(text));
        else reject(new Error(`${address} answers HTTP ${response.statusCode}.`));
      });
    });
    sent.setTimeout(5_000, () => sent.destroy(new Error(`${address} does not answer.`)));
    sent.on("error", reject).end();
  });
}

/** The endpoints that a daemon is connected with. */
export async function connectedEndpoints(daemon: Daemon, ca: string): Promise<readonly string[]> {
  const answer = (await query(daemon, "/v1/objects/endpoints?attrs=connected", ca)) as {
    readonly results: readonly { readonly name: string; readonly attrs: { readonly connected: boolean } }[];
  };
  return answer.results
    .filter(({ attrs }) => attrs.connected)
    .map(({ name }) => name)
    .sort();
}
