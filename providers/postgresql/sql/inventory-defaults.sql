-- Rights that objects get when they are made, where somebody has set them. An entry for a whole database starts from
-- PostgreSQL's own defaults, which are nobody's doing.
SELECT pg_get_userbyid(d.defaclrole)::text AS owner,
       coalesce(n.nspname, '')::text AS schema,
       d.defaclobjtype::text AS type,
       CASE a.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(a.grantee)::text END AS grantee,
       a.privilege_type::text AS privilege,
       bool_or(a.is_grantable) AS grantable
FROM pg_default_acl d
LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
CROSS JOIN LATERAL aclexplode(d.defaclacl) a
WHERE a.grantee <> d.defaclrole
  AND NOT (d.defaclnamespace = 0 AND EXISTS (
    SELECT FROM aclexplode(acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END, d.defaclrole)) s
    WHERE s.grantee = a.grantee AND s.privilege_type = a.privilege_type AND NOT a.is_grantable))
GROUP BY 1, 2, 3, 4, 5
ORDER BY 1, 2, 3, 4, 5
