-- Every right in a database that its object's owner has given: neither PostgreSQL's defaults (a null ACL, or the part of
-- an ACL that equals them) nor what an object is made with (pg_init_privs). Rights on what is the server's, tablespaces and
-- other databases than the one that is connected to, come with `elsewhere`.
WITH securable AS (
  SELECT 'database' AS kind, d.oid, 'pg_database'::regclass AS class, 0 AS sub, '' AS schema, d.datname::text AS object,
         '' AS signature, '' AS part, d.datdba AS owner, d.datacl AS acl, acldefault('d', d.datdba) AS standard
  FROM pg_database d
  UNION ALL
  SELECT 'schema', n.oid, 'pg_namespace'::regclass, 0, n.nspname, n.nspname, '', '', n.nspowner, n.nspacl,
         acldefault('n', n.nspowner)
  FROM pg_namespace n
  UNION ALL
  SELECT CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'table' END, c.oid, 'pg_class'::regclass, 0, n.nspname, c.relname,
         '', '', c.relowner, c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  UNION ALL
  SELECT 'column', c.oid, 'pg_class'::regclass, a.attnum, n.nspname, c.relname, '', a.attname, c.relowner, a.attacl, NULL
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE NOT a.attisdropped
  UNION ALL
  SELECT CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, p.oid, 'pg_proc'::regclass, 0, n.nspname,
         p.proname, p.oid::regprocedure::text, '', p.proowner, p.proacl, acldefault('f', p.proowner)
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  UNION ALL
  SELECT 'foreign_data_wrapper', f.oid, 'pg_foreign_data_wrapper'::regclass, 0, '', f.fdwname, '', '', f.fdwowner,
         f.fdwacl, acldefault('F', f.fdwowner)
  FROM pg_foreign_data_wrapper f
  UNION ALL
  SELECT 'foreign_server', s.oid, 'pg_foreign_server'::regclass, 0, '', s.srvname, '', '', s.srvowner, s.srvacl,
         acldefault('S', s.srvowner)
  FROM pg_foreign_server s
  UNION ALL
  SELECT 'type', t.oid, 'pg_type'::regclass, 0, n.nspname, t.typname, '', '', t.typowner, t.typacl,
         acldefault('T', t.typowner)
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  UNION ALL
  SELECT 'language', l.oid, 'pg_language'::regclass, 0, '', l.lanname, '', '', l.lanowner, l.lanacl,
         acldefault('l', l.lanowner)
  FROM pg_language l
  UNION ALL
  SELECT 'large_object', o.oid, 'pg_largeobject'::regclass, 0, '', o.oid::text, o.oid::text, '', o.lomowner, o.lomacl,
         acldefault('L', o.lomowner)
  FROM pg_largeobject_metadata o
  UNION ALL
  SELECT 'tablespace', t.oid, 'pg_tablespace'::regclass, 0, '', t.spcname, '', '', t.spcowner, t.spcacl,
         acldefault('t', t.spcowner)
  FROM pg_tablespace t
)
SELECT s.kind, s.schema, s.object, s.signature, s.part AS column,
       pg_get_userbyid(s.owner)::text AS owner,
       CASE a.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(a.grantee)::text END AS grantee,
       a.privilege_type::text AS privilege,
       bool_or(a.is_grantable) AS grantable,
       s.kind = 'database' AND s.object <> current_database() OR s.kind = 'tablespace' AS elsewhere,
       pg_get_userbyid(a.grantor)::text AS grantor
FROM securable s CROSS JOIN LATERAL aclexplode(s.acl) a
WHERE a.grantee <> s.owner
  -- The standard's views are for everybody, which initdb does not note.
  AND NOT (s.schema = 'information_schema' AND s.oid < 16384 AND a.grantee = 0 AND NOT a.is_grantable
           AND a.privilege_type IN ('SELECT', 'USAGE'))
  AND NOT EXISTS (SELECT FROM aclexplode(s.standard) d
                  WHERE d.grantee = a.grantee AND d.privilege_type = a.privilege_type AND NOT a.is_grantable)
  AND NOT EXISTS (SELECT FROM pg_init_privs i CROSS JOIN LATERAL aclexplode(i.initprivs) d
                  WHERE i.objoid = s.oid AND i.classoid = s.class AND i.objsubid = s.sub
                    AND d.grantee = a.grantee AND d.privilege_type = a.privilege_type
                    AND (d.is_grantable OR NOT a.is_grantable))
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 10, 11
ORDER BY 1, 2, 3, 4, 5, 7, 11, 8
