import { planRights, printStatement, statementsOf } from "../../../providers/postgresql/acl";
import { alterStatements, createStatement } from "../../../providers/postgresql/database";
import { bySetHash } from "../../../providers/postgresql/grant";
import { membershipStatement } from "../../../providers/postgresql/grant-role";
import { parameterFields, parameterStatements, roleOptions } from "../../../providers/postgresql/role";
import { isVerifier, passwordMatches, scramVerifier } from "../../../providers/postgresql/scram";

describe("rights", () => {
  test.each([
    ["nothing held", [], [], ["SELECT"], false, [], ["SELECT"], [], []],
    ["held already", ["SELECT"], [], ["SELECT"], false, ["SELECT"], [], [], []],
    ["too much, and ours", ["DELETE", "SELECT"], [], ["SELECT"], false, ["DELETE"], [], ["DELETE"], []],
    ["too much, and another's", ["DELETE", "SELECT"], [], ["SELECT"], false, ["SELECT"], [], [], []],
    ["without the wanted option", ["SELECT"], [], ["SELECT"], true, [], ["SELECT"], [], []],
    ["with an unwanted option", ["SELECT"], ["SELECT"], ["SELECT"], false, [], [], [], ["SELECT"]],
  ])("%s", (_, privileges, grantable, wanted, withGrantOption, revocable, grant, revoke, revokeGrantOption) => {
    const plan = planRights({ privileges, grantable }, { privileges: wanted, withGrantOption, revocable });
    expect(plan).toEqual({ grant, revoke, revokeGrantOption });
  });

  test("print as SQL, gains before losses", () => {
    const plan = { grant: ["SELECT", "INSERT"], revoke: ["DELETE"], revokeGrantOption: ["UPDATE"] };
    const on = 'TABLE public.t, public."T"';
    expect(statementsOf(plan, { on, role: 'o"ne' }, true).map(printStatement)).toEqual([
      `GRANT SELECT, INSERT ON ${on} TO "o""ne" WITH GRANT OPTION`,
      `REVOKE DELETE ON ${on} FROM "o""ne"`,
      `REVOKE GRANT OPTION FOR UPDATE ON ${on} FROM "o""ne"`,
    ]);
    expect(
      printStatement({
        verb: "GRANT",
        privileges: ["SELECT", "UPDATE"],
        columns: ["a", "B"],
        on: "TABLE t",
        role: "public",
      }),
    ).toBe('GRANT SELECT ("a", "B"), UPDATE ("a", "B") ON TABLE t TO PUBLIC');
  });

  test("ids list a set's members in the order of Terraform's SDK", () => {
    // By the decimal text of CRC-32, so 1… before 3… before 9…, whatever their size.
    const members = ["actions", "agents", "commands", "modules", "signatures"];
    expect(bySetHash(members)).toEqual(["agents", "commands", "signatures", "modules", "actions"]);
  });
});

describe("roles", () => {
  test("are created with every attribute spelled out", () => {
    expect(roleOptions({ login: true, inherit: true, connectionLimit: 5, validUntil: "infinity" })).toEqual([
      "NOSUPERUSER",
      "NOCREATEDB",
      "NOCREATEROLE",
      "INHERIT",
      "LOGIN",
      "NOREPLICATION",
      "NOBYPASSRLS",
      "CONNECTION LIMIT 5",
      "VALID UNTIL 'infinity'",
    ]);
  });

  test("have only those parameters set that differ", () => {
    const wanted = { searchPaths: ["$user", "a b"], statementTimeout: 5, assumeRole: "o'ne" };
    expect(parameterStatements("r", wanted, { statementTimeout: 5, idleInTransactionSessionTimeout: 7 })).toEqual([
      `ALTER ROLE "r" SET search_path TO "$user", "a b"`,
      `ALTER ROLE "r" RESET idle_in_transaction_session_timeout`,
      `ALTER ROLE "r" SET role TO 'o''ne'`,
    ]);
  });

  test("parameters are read as pg_roles has them", () => {
    const config = ['search_path="$user", public, "a "", b"', "statement_timeout=5min", "role=other"];
    expect(parameterFields(config)).toEqual({
      searchPaths: ["$user", "public", 'a ", b'],
      statementTimeout: 300_000,
      idleInTransactionSessionTimeout: 0,
      assumeRole: "other",
    });
  });
});

test.each([
  [false, undefined, 'GRANT "g" TO "r"'],
  [true, undefined, 'GRANT "g" TO "r" WITH ADMIN OPTION'],
  [true, { withAdminOption: false }, 'GRANT "g" TO "r" WITH ADMIN OPTION'],
  [false, { withAdminOption: true }, 'REVOKE ADMIN OPTION FOR "g" FROM "r"'],
  [true, { withAdminOption: true }, undefined],
])("a membership wanted with ADMIN option %s, live %j", (withAdminOption, live, statement) => {
  expect(membershipStatement({ role: "r", grantRole: "g", withAdminOption }, live)).toBe(statement);
});

test("a database is created with what is declared, and official defaults", () => {
  expect(createStatement({ name: "d", allowConnections: true, connectionLimit: -1 })).toBe(
    `CREATE DATABASE "d" TEMPLATE "template0" ENCODING 'UTF8' ALLOW_CONNECTIONS true CONNECTION LIMIT -1 IS_TEMPLATE false`,
  );
  expect(
    createStatement({
      name: "d",
      owner: "o",
      template: "DEFAULT",
      encoding: "default",
      lcCollate: "C",
      tablespaceName: "t",
    }),
  ).toMatch(/^CREATE DATABASE "d" OWNER "o" TEMPLATE DEFAULT ENCODING DEFAULT LC_COLLATE 'C' TABLESPACE "t" /);
});

test("a database is altered where it differs, and only in what is declared", () => {
  const live = {
    owner: "a",
    tablespaceName: "pg_default",
    connectionLimit: -1,
    allowConnections: true,
    isTemplate: true,
  };
  expect(
    alterStatements({ name: "d", owner: "b", connectionLimit: 3, isTemplate: null, allowConnections: true }, live),
  ).toEqual([`ALTER DATABASE "d" OWNER TO "b"`, `ALTER DATABASE "d" CONNECTION LIMIT 3`]);
});

describe("SCRAM verifiers", () => {
  test("are those of RFC 7677's example", async () => {
    // ServerSignature of the RFC is derived from this ServerKey; PostgreSQL accepts the verifier (see role.test.ts).
    const verifier = await scramVerifier("pencil", Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64"), 4096);
    expect(verifier).toBe(
      "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
    );
  });

  test("tell the password that they are of, whatever their salt and iterations", async () => {
    const stored = await scramVerifier("one", undefined, 1000);
    expect(await passwordMatches("one", stored, "r")).toBe(true);
    expect(await passwordMatches("two", stored, "r")).toBe(false);
    expect(await passwordMatches("one", "md5a6d2ce5fd6dab7fe6ae97d6b4d7fe3a2", "r")).toBe(false);
  });

  test("normalise a password as the server does", async () => {
    const salt = Buffer.from("0123456789abcdef");
    expect(await scramVerifier("I\u00ADX\u00A0\u2168", salt)).toBe(await scramVerifier("IX IX", salt));
  });

  test("are recognised", () => {
    expect(isVerifier("md5" + "0".repeat(32))).toBe(true);
    expect(isVerifier("SCRAM-SHA-256$4096:c2FsdA==$a=:b=")).toBe(true);
    expect(isVerifier("md5 is a hash")).toBe(false);
  });
});
