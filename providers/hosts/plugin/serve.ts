import { serve } from "../../base/serve";
import { createHostsProvider } from "../provider";
import { version } from "./package.json";
import { SCHEMA } from "./schema";

void serve(createHostsProvider, { name: "hosts", version, schema: SCHEMA });
