-- Databases beside those that a server is made with.
SELECT d.datname AS name FROM pg_database d WHERE d.oid >= 16384 AND d.datname <> 'postgres' ORDER BY 1
