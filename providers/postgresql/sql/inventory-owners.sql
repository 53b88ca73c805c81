-- Tables, views, sequences and routines whose owner could not have made them: it may create nothing in their schema, and
-- has neither made nor inherited the database. Sequences of columns and parts of extensions belong to those.
SELECT CASE o.kind WHEN 'S' THEN 'sequence' WHEN 'routine' THEN 'routine' ELSE 'table' END AS kind,
       n.nspname::text AS schema, o.name::text AS object, o.signature, pg_get_userbyid(o.owner)::text AS owner,
       pg_get_userbyid(d.datdba)::text AS rightful
FROM (
  SELECT 'pg_class'::regclass AS class, oid, relkind::text AS kind, relnamespace AS namespace, relname AS name,
         '' AS signature, relowner AS owner
  FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  UNION ALL
  SELECT 'pg_proc'::regclass, oid, 'routine', pronamespace, proname, oid::regprocedure::text, proowner FROM pg_proc
) o
JOIN pg_namespace n ON n.oid = o.namespace
JOIN pg_database d ON d.datname = current_database()
WHERE o.oid >= 16384
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT has_schema_privilege(o.owner, n.oid, 'CREATE')
  AND NOT pg_has_role(o.owner, d.datdba, 'USAGE')
  AND NOT EXISTS (SELECT FROM pg_depend p WHERE p.classid = o.class AND p.objid = o.oid AND p.deptype IN ('a', 'i', 'e'))
ORDER BY 1, 2, 3, 4
