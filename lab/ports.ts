import { createServer } from "node:net";

export function isPortFree(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, address, () => server.close(() => resolve(true)));
  });
}

const FIRST = 21_000;
const LAST = 31_000;

/**
 * A port that nobody listens on at any address. It lies below the range that the kernel gives to outgoing connections,
 * so that it is still free when the server that is meant for it starts.
 */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if (await isPortFree(port, "0.0.0.0")) return port;
  }
  throw new Error(`No free port was found between ${FIRST} and ${LAST}.`);
}
