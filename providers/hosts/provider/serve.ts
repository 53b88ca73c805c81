import { serve } from "../../base/serve";
import { version } from "../package.json";
import { createHostsProvider } from ".";
import { SCHEMA } from "./schema";

void serve(createHostsProvider, { name: "hosts", version, schema: SCHEMA });
