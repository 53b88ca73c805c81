import { isIP } from "node:net";
import { checkServerIdentity, connect, createServer } from "node:tls";

import type { Host } from "../../../lab/host";

/** PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

export interface Listener {
  readonly address: string;
  readonly identity: Identity;
  /** Whom it trusts. */
  readonly ca: string;
  /** Judges a verified client by its common name. @default everyone is let in */
  readonly admits?: (commonName: string) => boolean;
}

export interface Dialler {
  /** What the server's certificate has to hold. */
  readonly name: string;
  readonly ca: string;
  /** @default none is shown */
  readonly identity?: Identity;
}

const LIMIT = 10_000;

/**
 * Whether a session comes about: the server has verified and judged its client, the client the server and its name. A
 * reason is whatever either side says against it.
 */
export async function session(
  listener: Listener,
  dialler: Dialler,
): Promise<"established" | { readonly refused: string }> {
  const { address, identity, ca, admits = () => true } = listener;
  const server = createServer({ ...identity, ca, requestCert: true, rejectUnauthorized: true }, (socket) => {
    const { CN } = socket.getPeerCertificate().subject;
    if (admits(String(CN))) socket.end("welcome");
    else socket.destroy();
  });
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const { port } = server.address() as { port: number };
  try {
    return await new Promise((resolve) => {
      let heard = "";
      const socket = connect({
        ...{ host: address, port, ca: dialler.ca, timeout: LIMIT },
        ...dialler.identity,
        // SNI takes no address; what is verified is the name all the same.
        servername: isIP(dialler.name) === 0 ? dialler.name : "",
        checkServerIdentity: (_, certificate) => checkServerIdentity(dialler.name, certificate),
      });
      socket.on("data", (data) => (heard += data.toString()));
      socket.on("error", (error) => resolve({ refused: error.message }));
      socket.on("timeout", () => socket.destroy(new Error("nothing is said")));
      socket.on("close", () => resolve(heard === "welcome" ? "established" : { refused: "the server hung up" }));
    });
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

/** The placed file as it is on a host. */
export async function readFrom(host: Host, path: string): Promise<string> {
  return `${await host.run(`cat ${path}`)}\n`;
}

export async function identityFrom(host: Host, certificate: string, key: string): Promise<Identity> {
  return { cert: await readFrom(host, certificate), key: await readFrom(host, key) };
}
