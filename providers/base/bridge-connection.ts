import { checkConfigInputs, fromEnvironment } from "./bridge-check";
import { fillAbsent } from "./bridge-fields";
import type { BridgeOptions, FieldTable } from "./bridge-spec";
import { secretStrings } from "./redact";
import { revealMap, secret } from "./values";
import type { PropertyMap, Value } from "./values";

/** Configuration with what the environment and the tables' defaults add; plain, every property present or null. */
export function completeConfig(table: FieldTable, inputs: PropertyMap): PropertyMap {
  const plain = revealMap(inputs);
  const values = Object.entries(table).map(([name, field]): [string, Value] => {
    const value: Value = plain[name] ?? fromEnvironment(field) ?? field.default ?? null;
    return [name, value];
  });
  return revealMap(checkConfigInputs(table, Object.fromEntries(values)).inputs);
}

/** A provider's client, made when it is first needed, and what of the configuration no error may show. */
export interface Connection<Client> {
  configure(inputs: PropertyMap): void;
  client(): Promise<Client>;
  secrets(): readonly string[];
  close(): Promise<void>;
}

export function lazyConnection<Client>(
  options: Pick<BridgeOptions<Client>, "package" | "config" | "connect" | "disconnect">,
): Connection<Client> {
  let config: PropertyMap | undefined;
  let secrets: readonly string[] = [];
  let client: Promise<Client> | undefined;
  return {
    configure(inputs) {
      const complete = completeConfig(options.config, inputs);
      const sensitive = Object.keys(options.config).filter((name) => options.config[name]?.sensitive);
      secrets = [inputs, ...sensitive.map((name) => ({ [name]: secret(complete[name] ?? null) }))].flatMap(
        secretStrings,
      );
      config = fillAbsent(options.config, complete);
    },
    async client() {
      if (!config) throw new Error(`the ${options.package} provider is used before it is configured`);
      client ??= options.connect(config).catch((error: unknown) => {
        client = undefined;
        throw error;
      });
      return client;
    },
    secrets: () => secrets,
    async close() {
      const open = await client?.catch(() => undefined);
      client = undefined;
      if (open !== undefined) await options.disconnect(open);
    },
  };
}
