/** Where an operation went: `host:port/database`, shown in every error. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
}

/** A failed statement or connection; `code` is the SQLSTATE or Node's error code, empty when there is none. */
export class SqlError extends Error {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
    this.name = "SqlError";
  }
}

const UNREACHABLE = "see that the server runs, and correct `host` and `port` of the postgresql provider";
const CREDENTIALS = "correct `username` and `password` of the postgresql provider";
const PRIVILEGE = "connect as the object's owner or as a superuser";
const EXISTS = "import the object, or choose another name";

const NEXT_ACTION: Readonly<Record<string, string>> = {
  ECONNREFUSED: UNREACHABLE,
  ENOTFOUND: UNREACHABLE,
  ENOENT: UNREACHABLE,
  ETIMEDOUT: UNREACHABLE,
  EHOSTUNREACH: UNREACHABLE,
  ECONNRESET: UNREACHABLE,
  "57P03": "wait until the server accepts connections, then try again",
  "28P01": CREDENTIALS,
  "28000": "allow the connection in pg_hba.conf, or correct `username` and `sslmode` of the postgresql provider",
  "3D000": "create the database first, or correct its name",
  "3F000": "create the schema first, or correct its name",
  "42P01": "create the table or sequence first, or correct its name",
  "42883": "create the function first, or correct its name",
  "42704": "create the role or object first, or correct its name",
  "42703": "correct the column's name",
  "42501": PRIVILEGE,
  "42710": EXISTS,
  "42P04": EXISTS,
  "42P06": EXISTS,
  "0LP01": "remove the membership in the other direction",
  "2BP01": "remove what depends on the object, in every database",
  "55006": "end the sessions that use the database",
  "53300": "lower `maxConnections` of the postgresql provider, or raise max_connections of the server",
};

/**
 * The error as a sentence that names server, database and what to do. Statements are never quoted, and of the
 * server's details only the list of dependent objects.
 */
export function sqlError(error: unknown, server: ServerAddress, database: string): SqlError {
  if (error instanceof SqlError) return error;
  const { code = "", message = String(error), detail } = error as { code?: string; message?: string; detail?: string };
  const cause = code === "2BP01" && detail ? `${message} (${detail.replaceAll("\n", "; ")})` : message || code;
  const action = NEXT_ACTION[code] ?? (cause.includes("due to connection timeout") ? UNREACHABLE : undefined);
  const where = `PostgreSQL ${server.host}:${server.port}, database "${database}", user "${server.user}"`;
  return new SqlError(`${where}: ${cause || "connection failed"}${action ? `; ${action}` : ""}`, code);
}

/** An object that the resource needs is not there; `code` as PostgreSQL itself would report it. */
export function missing(what: string, code: string): Error {
  return Object.assign(new Error(`${what} does not exist`), { code });
}

/** What rights hang on: a database, a schema, a role. Without it there are none. */
const SUBJECT_GONE = ["3D000", "3F000", "42704"];

/** Undefined when the database, schema or role that the work needs does not exist: what hung on it is gone as well. */
export async function unlessGone<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (SUBJECT_GONE.includes((error as { code?: string }).code ?? "")) return undefined;
    throw error;
  }
}
