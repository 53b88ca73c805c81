-- Rights on parameters, which the server has had since PostgreSQL 15 and which belong to its first superuser (oid 10).
SELECT 'parameter' AS kind, '' AS schema, p.parname AS object, p.parname AS signature, '' AS column,
       pg_get_userbyid(10)::text AS owner,
       CASE a.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(a.grantee)::text END AS grantee,
       a.privilege_type::text AS privilege,
       bool_or(a.is_grantable) AS grantable,
       true AS elsewhere,
       pg_get_userbyid(a.grantor)::text AS grantor
FROM pg_parameter_acl p CROSS JOIN LATERAL aclexplode(p.paracl) a
WHERE a.grantee <> 10
GROUP BY 3, 7, 8, 11
ORDER BY 3, 7, 11, 8
