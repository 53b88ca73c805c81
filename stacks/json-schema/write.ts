import { writeFileSync } from "node:fs";

import { SCHEMA_FILE, schemaText } from ".";

writeFileSync(SCHEMA_FILE, schemaText());
