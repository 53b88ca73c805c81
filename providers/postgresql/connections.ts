import { setTimeout as delay } from "node:timers/promises";
import { escapeIdentifier, Pool, type ClientBase, type PoolClient, type QueryResultRow } from "pg";
import type { ConnectionSettings } from "./config";
import { sqlError } from "./errors";

/** Writers of one database wait for each other, across processes: concurrent changes of one catalog row fail. */
const LOCK = `hashtextextended('groundwork', 0)`;
const ATTEMPTS = 10;

/** Connections to one server, pooled by database. Failures are thrown as `SqlError`. */
export class Connections {
  private readonly pools = new Map<string, Pool>();
  private readonly writers = new Map<string, Promise<unknown>>();
  /**
   * What this provider has written where a replacement stands in the place of what it replaces: the deletion of the old
   * one, which comes after, leaves it. Options by identity.
   */
  readonly written = new Map<string, boolean>();
  /** Ways to encrypt that are still to be tried; the first one is in use (`sslmode` prefer and allow have two). */
  private readonly encryptions: ConnectionSettings["encryptions"][number][];
  /** Of a server that did not answer in time: whoever asks it again would wait as long. */
  private silence: unknown;

  constructor(readonly settings: ConnectionSettings) {
    this.encryptions = [...settings.encryptions];
  }

  /** Reads. The database is the provider's own when none is named. */
  async rows<Row extends QueryResultRow>(
    sql: string,
    values: readonly unknown[],
    database = this.settings.database,
  ): Promise<Row[]> {
    return this.onClient(database, async (client) => (await client.query<Row>(sql, [...values])).rows);
  }

  /** Changes in one transaction, repeated when it collides with another one. */
  async transaction<T>(work: (client: ClientBase) => Promise<T>, database = this.settings.database): Promise<T> {
    return this.exclusively(database, (client) => this.repeated(client, work));
  }

  /** Changes that may not run in a transaction (CREATE DATABASE, …). */
  async session<T>(work: (client: ClientBase) => Promise<T>): Promise<T> {
    return this.exclusively(this.settings.database, async (client) => {
      await client.query(`SELECT set_config('statement_timeout', '0', false), pg_advisory_lock(${LOCK})`);
      try {
        return await work(client);
      } finally {
        await client.query(`SELECT pg_advisory_unlock(${LOCK})`);
      }
    });
  }

  /** Ends our own connections to a database: it is about to be copied, renamed or dropped. */
  async leave(database: string): Promise<void> {
    const pool = this.pools.get(database);
    this.pools.delete(database);
    await pool?.end();
  }

  async close(): Promise<void> {
    await Promise.all([...this.pools.keys()].map((database) => this.leave(database)));
  }

  private async exclusively<T>(database: string, work: (client: ClientBase) => Promise<T>): Promise<T> {
    const before = this.writers.get(database) ?? Promise.resolve();
    const turn = before.then(() => this.onClient(database, work));
    this.writers.set(
      database,
      turn.catch(() => undefined),
    );
    return turn;
  }

  private async repeated<T>(client: ClientBase, work: (client: ClientBase) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        await client.query("BEGIN");
        await client.query("SET LOCAL statement_timeout = 0");
        await client.query(`SELECT pg_advisory_xact_lock(${LOCK})`);
        const result = await work(client);
        await client.query("COMMIT");
        return result;
      } catch (error) {
        await client.query("ROLLBACK").catch(() => undefined);
        if (attempt === ATTEMPTS || !collided(error)) throw error;
        await delay(20 * attempt);
      }
    }
  }

  private async onClient<T>(database: string, work: (client: PoolClient) => Promise<T>): Promise<T> {
    let client: PoolClient | undefined;
    let failure: Error | undefined;
    try {
      client = await this.connect(database);
      return await work(client);
    } catch (error) {
      failure = sqlError(error, this.settings, database);
      throw failure;
    } finally {
      // A connection that has failed is not used again: it may be broken, or hold a lock.
      client?.release(failure);
    }
  }

  private async connect(database: string): Promise<PoolClient> {
    for (;;) {
      if (this.silence !== undefined) throw this.silence;
      const encryption = this.encryptions[0];
      try {
        return await this.pool(database).connect();
      } catch (error) {
        if (isSilence(error)) throw (this.silence = error);
        // Another connection may have found out meanwhile that the first way is not the one.
        if (this.encryptions[0] === encryption) {
          if (this.encryptions.length < 2) throw error;
          this.encryptions.shift();
          this.pools.clear();
        }
      }
    }
  }

  private pool(database: string): Pool {
    const existing = this.pools.get(database);
    if (existing) return existing;
    const { host, port, user, password, connectTimeoutSeconds, maxConnections } = this.settings;
    const pool = new Pool({
      host,
      port,
      user,
      password,
      database,
      ssl: this.encryptions[0] ?? false,
      max: maxConnections > 0 ? maxConnections : Infinity,
      connectionTimeoutMillis: Math.max(connectTimeoutSeconds, 0) * 1000,
      application_name: "groundwork",
      allowExitOnIdle: true,
    });
    // An idle connection may be ended by the server (a restart, a dropped database); the next query opens another.
    pool.on("error", () => undefined);
    this.pools.set(database, pool);
    return pool;
  }
}

/** pg's own error has no code. */
function isSilence(error: unknown): boolean {
  const { code = "", message = "" } = error as { code?: string; message?: string };
  return code === "ETIMEDOUT" || message.includes("due to connection timeout");
}

/** What another session did at the same moment; a second try sees its result. */
function collided(error: unknown): boolean {
  const { code = "", message = "" } = error as { code?: string; message?: string };
  if (code === "40001" || code === "40P01") return true;
  if (code === "XX000") return /tuple concurrently (updated|deleted)/.test(message);
  return code === "23505" && message.includes('"pg_');
}

/** The owner of a database owns it as pg_database_owner too, a role that nobody can join. */
const ROLES_TO_JOIN = `SELECT rolname AS role FROM pg_roles
  WHERE (rolname = ANY ($1) OR ('pg_database_owner' = ANY ($1)
      AND oid = (SELECT datdba FROM pg_database WHERE datname = current_database())))
    AND rolname <> 'pg_database_owner' AND NOT rolsuper AND NOT pg_has_role(oid, 'USAGE')`;

/**
 * Runs `work` as a member of the roles, which it joins for that time when it is none: what they own can be changed
 * by a user that is no superuser (and has CREATEROLE, or the ADMIN option).
 */
export async function asMemberOf<T>(client: ClientBase, roles: readonly string[], work: () => Promise<T>): Promise<T> {
  const { rows } = await client.query<{ role: string }>(ROLES_TO_JOIN, [roles]);
  const each = async (verb: string) => {
    for (const { role } of rows) await client.query(`${verb.replace("?", escapeIdentifier(role))} CURRENT_USER`);
  };
  await each("GRANT ? TO");
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await each("REVOKE ? FROM").catch(() => undefined);
    throw error;
  }
  await each("REVOKE ? FROM");
  return result;
}
