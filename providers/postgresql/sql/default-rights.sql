-- The rights that objects of a kind get when they are made, as one grantee has them.
-- $1: grantee; $2: owner; $3: schema, or null for all; $4: kind of object (pg_default_acl.defaclobjtype).
-- Without an entry of its own, a whole database has PostgreSQL's built-in defaults and a schema adds nothing to them.
WITH entry AS (
  SELECT o.oid AS owner,
         coalesce(
           (SELECT d.defaclacl
            FROM pg_default_acl d
            WHERE d.defaclrole = o.oid
              AND d.defaclobjtype = $4::"char"
              AND d.defaclnamespace = coalesce((SELECT n.oid FROM pg_namespace n WHERE n.nspname = $3), 0)),
           CASE WHEN $3::text IS NULL
             THEN acldefault(CASE $4::"char" WHEN 'S' THEN 's' ELSE $4::"char" END, o.oid) END
         ) AS acl
  FROM pg_roles o
  WHERE o.rolname = $2
),
grantee AS (
  SELECT 0::oid AS oid WHERE $1::text = 'public'
  UNION ALL
  SELECT r.oid FROM pg_roles r WHERE r.rolname = $1::text AND $1::text <> 'public'
)
SELECT ARRAY(SELECT DISTINCT a.privilege_type::text FROM aclexplode(e.acl) a WHERE a.grantee = g.oid ORDER BY 1)
         AS privileges,
       ARRAY(
         SELECT DISTINCT a.privilege_type::text FROM aclexplode(e.acl) a WHERE a.grantee = g.oid AND a.is_grantable
       ) AS grantable,
       current_setting('server_version_num')::int AS version
FROM entry e, grantee g
WHERE $3::text IS NULL OR EXISTS (SELECT 1 FROM pg_namespace n WHERE n.nspname = $3::text)
