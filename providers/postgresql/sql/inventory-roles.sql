-- Roles that were made after the server was (FirstNormalObjectId), with what they may do.
SELECT r.rolname AS name,
       r.rolcanlogin AS login,
       r.rolsuper OR r.rolcreaterole OR r.rolreplication OR r.rolbypassrls AS powerful
FROM pg_roles r
WHERE r.oid >= 16384
ORDER BY 1
