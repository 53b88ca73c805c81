import { connect, type ChannelModel, type ConfirmChannel } from "amqplib";

export interface Login {
  readonly host: string;
  /** A name of the broker in its certificate. @default "relay1" */
  readonly server?: string;
  readonly user: string;
  readonly password: string;
  /** PEM. */
  readonly ca: string;
  /** The client's own, in PEM. @default none is shown */
  readonly identity?: { readonly cert: string; readonly key: string } | undefined;
}

const PORT = 5671;
const VHOST = "mig";
const ACCESS_REFUSED = 403;

/** Logs in over TLS, verifying the server's certificate and name. */
export function logIn({ host, server = "relay1", user, password, ca, identity }: Login): Promise<ChannelModel> {
  const url = { protocol: "amqps", hostname: host, port: PORT, username: user, password, vhost: VHOST };
  return connect(url, { ca, servername: server, ...identity, timeout: 20_000 });
}

export type Use = (channel: ConfirmChannel) => Promise<unknown>;

export const declareQueue =
  (name: string): Use =>
  (channel) =>
    channel.assertQueue(name, { durable: true });
export const deleteQueue =
  (name: string): Use =>
  (channel) =>
    channel.deleteQueue(name);
export const bindQueue =
  (name: string, exchange: string): Use =>
  (channel) =>
    channel.bindQueue(name, exchange, name);
export const consume =
  (name: string): Use =>
  (channel) =>
    channel.consume(name, () => undefined, { noAck: true });
export const declareExchange =
  (name: string, type: "direct" | "topic"): Use =>
  (channel) =>
    channel.assertExchange(name, type, { durable: true });
export const deleteExchange =
  (name: string): Use =>
  (channel) =>
    channel.deleteExchange(name);
export const publish =
  (exchange: string, key: string): Use =>
  async (channel) => {
    channel.publish(exchange, key, Buffer.from("hello"));
    await channel.waitForConfirms();
  };

/** Whether the broker lets the connection's user do something; any failure but a refusal is thrown. */
export async function isAllowed(connection: ChannelModel, use: Use): Promise<boolean> {
  const channel = await connection.createConfirmChannel();
  let reason: { readonly code?: number } | undefined;
  // A channel whose request is refused is closed by the broker.
  const closed = new Promise<void>((resolve) => channel.once("close", resolve));
  channel.on("error", (error: { code?: number }) => (reason = error));
  try {
    await use(channel);
    await channel.close();
    return true;
  } catch (error) {
    await closed;
    if (reason?.code === ACCESS_REFUSED) return false;
    throw reason ?? error;
  }
}
