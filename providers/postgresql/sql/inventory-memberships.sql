-- Who is in which role, but for the server's own roles. Since PostgreSQL 16 a membership may come from several grantors.
SELECT member.rolname AS member, granted.rolname AS role, bool_or(m.admin_option) AS admin
FROM pg_auth_members m
JOIN pg_roles member ON member.oid = m.member
JOIN pg_roles granted ON granted.oid = m.roleid
WHERE member.oid >= 16384
GROUP BY 1, 2
ORDER BY 1, 2
