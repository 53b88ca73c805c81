-- Schemas and extensions of a database beside those that it is made with; an extension's schema is its own.
SELECT 'schema' AS kind, n.nspname AS name
FROM pg_namespace n
WHERE n.oid >= 16384 AND n.nspname <> 'public' AND n.nspname !~ '^pg_'
  AND NOT EXISTS (SELECT FROM pg_depend d
                  WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e')
UNION ALL
SELECT 'extension', e.extname FROM pg_extension e WHERE e.oid >= 16384
ORDER BY 1, 2
