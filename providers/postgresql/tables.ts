import type { PropertyMap } from "../base/values";
import type { Connections } from "./connections";
import { text, texts } from "./properties";

/** A table as `getTables` returns it. */
type Table = Record<"objectName" | "schemaName" | "tableType", string>;

const TABLES = `
  SELECT table_name::text AS "objectName", table_schema::text AS "schemaName", table_type::text AS "tableType"
  FROM information_schema.tables
  WHERE ($1::text[] IS NULL OR table_schema = ANY ($1))
    AND ($2::text[] IS NULL OR table_type = ANY ($2))
    AND ($3::text[] IS NULL OR table_name LIKE ANY ($3))
    AND ($4::text[] IS NULL OR table_name LIKE ALL ($4))
    AND ($5::text[] IS NULL OR table_name NOT LIKE ALL ($5))
    AND ($6::text IS NULL OR table_name ~ $6)
  ORDER BY table_schema, table_name`;

/** List arguments in the order of the query's parameters, each with the word that the result's id has for it. */
const FILTERS = {
  schemas: "ANY",
  tableTypes: "ANY",
  likeAnyPatterns: "ANY",
  likeAllPatterns: "ALL",
  notLikeAllPatterns: "ALL",
} as const;

/** The tables of a database that pass all given filters. Source: `postgresql_tables` of the official provider. */
export async function getTables(connections: Connections, args: PropertyMap): Promise<PropertyMap> {
  const database = text(args, "database");
  const lists = Object.keys(FILTERS).map((name) => texts(args, name));
  const regex = text(args, "regexPattern");
  const values = [...lists.map((list) => (list.length > 0 ? list : null)), regex || null];
  const tables = await connections.rows<Table>(TABLES, values, database);
  const parts = Object.values(FILTERS).map((word, i) => `${word} (array[${lists[i]?.map((v) => `'${v}'`).join(",")}])`);
  return { ...args, tables, id: [database, ...parts, regex].join("_") };
}
