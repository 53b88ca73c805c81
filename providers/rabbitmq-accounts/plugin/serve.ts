import { serve } from "../../base/serve";
import { createRabbitmqAccountsProvider } from "../provider";
import { version } from "./package.json";
import { SCHEMA } from "./schema";

void serve(createRabbitmqAccountsProvider, { name: "rabbitmq-accounts", version, schema: SCHEMA });
