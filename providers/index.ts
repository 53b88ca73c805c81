import type { ProviderFactory } from "./base/provider";

/** The built-in providers by package name, loaded when first used. */
export const builtinProviders: ReadonlyMap<string, ProviderFactory> = new Map<string, ProviderFactory>([
  ["tls", async () => (await import("./tls")).createTlsProvider()],
  ["random", async () => (await import("./random")).createRandomProvider()],
  ["rabbitmq", async () => (await import("./rabbitmq")).createRabbitmqProvider()],
  ["rabbitmq-accounts", async () => (await import("./rabbitmq-accounts/provider")).createRabbitmqAccountsProvider()],
  ["postgresql", async () => (await import("./postgresql")).createPostgresqlProvider()],
  ["hosts", async () => (await import("./hosts/provider")).createHostsProvider()],
]);
