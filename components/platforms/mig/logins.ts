import type * as pulumi from "@pulumi/pulumi";

import { dialName } from "../../hosts";
import type { Passwords } from "./accounts";
import type { DatabaseSettings, RelaySettings } from "./args";
import type { BrokerUserName } from "./broker-permissions";
import type { BrokerLogin, DatabaseLogin } from "./config-sections";
import { agentPort, relayEndpoint } from "./relay-endpoint";
import { AMQPS_PORT } from "./relay-files";

/** What each daemon logs in with, and where. */
export class Logins {
  constructor(
    private readonly passwords: Passwords,
    private readonly relay: RelaySettings,
    private readonly server: DatabaseSettings,
  ) {}

  broker(user: BrokerUserName): pulumi.Output<BrokerLogin> {
    const host = relayEndpoint(this.relay);
    const port = user === "agent" ? agentPort(this.relay) : AMQPS_PORT;
    return this.passwords.broker[user].apply((password) => ({ host, port, user, password }));
  }

  database(user: "migscheduler" | "migapi"): pulumi.Output<DatabaseLogin> {
    const { host, port, sslmode } = this.server;
    return this.passwords.database[user].apply((password) => ({ host: dialName(host), port, user, password, sslmode }));
  }
}
