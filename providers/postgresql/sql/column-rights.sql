-- Column rights of one grantee on some relations, which a REVOKE on the whole relation would take along.
-- $1: grantee's oid; $2: relations, quoted and qualified; $3: privileges.
SELECT r.target,
       a.privilege_type::text AS privilege,
       a.is_grantable AS "grantable",
       array_agg(att.attname::text ORDER BY att.attnum) AS columns
FROM unnest($2::text[]) AS r(target)
JOIN pg_attribute att ON att.attrelid = r.target::regclass AND NOT att.attisdropped
CROSS JOIN LATERAL aclexplode(att.attacl) a
WHERE a.grantee = $1::oid AND a.privilege_type = ANY($3::text[])
GROUP BY 1, 2, 3
