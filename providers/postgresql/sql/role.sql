-- A role as it is. $1: its name.
SELECT r.rolname AS name,
       r.rolsuper AS superuser,
       r.rolinherit AS inherit,
       r.rolcreaterole AS "createRole",
       r.rolcreatedb AS "createDatabase",
       r.rolcanlogin AS login,
       r.rolreplication AS replication,
       r.rolbypassrls AS "bypassRowLevelSecurity",
       r.rolconnlimit AS "connectionLimit",
       coalesce(r.rolvaliduntil::text, 'infinity') AS "validUntil",
       coalesce(r.rolconfig, '{}') AS config,
       ARRAY(
         SELECT DISTINCT pg_get_userbyid(m.roleid)::text
         FROM pg_auth_members m
         WHERE m.member = r.oid
         ORDER BY 1
       ) AS roles,
       has_table_privilege('pg_catalog.pg_authid', 'SELECT') AS "passwordReadable"
FROM pg_roles r
WHERE r.rolname = $1
