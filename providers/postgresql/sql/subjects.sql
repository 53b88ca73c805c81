-- Whether grantee and schema of a right are there. $1: role; $2: schema, or null.
SELECT CASE WHEN $1::text = 'public' THEN 0::oid ELSE (SELECT r.oid FROM pg_roles r WHERE r.rolname = $1::text) END
         AS grantee,
       $2::text IS NULL OR EXISTS (SELECT 1 FROM pg_namespace n WHERE n.nspname = $2::text) AS schema,
       (SELECT pg_get_userbyid(n.nspowner)::text FROM pg_namespace n WHERE n.nspname = $2::text) AS "schemaOwner",
       current_setting('server_version_num')::int AS version
