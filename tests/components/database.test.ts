import { expandGrants, missingTables } from "../../components/database";
import { PROFILES, TABLES } from "../../components/platforms/mig/schema";

const of = (role: string) =>
  expandGrants(PROFILES, TABLES)
    .filter((grant) => grant.role === role)
    .map(({ objectType, objects, privileges, columns }) => [
      objectType,
      privileges.join(),
      objects.join(),
      ...(columns === undefined ? [] : [columns.join()]),
    ]);

describe("MIG's privileges, taken apart into Grants", () => {
  it("give the scheduler what the schema of MIG grants it", () => {
    expect(of("migscheduler")).toEqual([
      ["table", "SELECT,INSERT,UPDATE", "actions,agents,agents_stats,commands,signatures"],
      ["table", "SELECT", "agtmodreq,invagtmodperm,modules"],
      ["table", "SELECT,INSERT", "investigators"],
      ["sequence", "USAGE", "investigators_id_seq"],
    ]);
  });

  it("give the API no way to a private key", () => {
    const visible = "createdat,id,lastmodified,name,pgpfingerprint,publickey,status";
    expect(of("migapi")).toEqual([
      ["table", "SELECT,INSERT", "actions,signatures"],
      ["table", "SELECT", "agents,agents_stats,agtmodreq,commands,invagtmodperm,modules"],
      ["sequence", "USAGE", "investigators_id_seq"],
      ["column", "SELECT", "investigators", visible],
      ["column", "INSERT", "investigators", visible.replace("id,", "")],
      ["column", "UPDATE", "investigators", "lastmodified,status"],
    ]);
  });

  it("give readers tables but no statistics", () => {
    expect(of("migreadonly")).toEqual([
      ["table", "SELECT", "actions,agents,agtmodreq,commands,invagtmodperm,modules,signatures"],
      ["column", "SELECT", "investigators", "createdat,id,lastmodified,name,pgpfingerprint,publickey,status"],
    ]);
  });
});

describe("expanded grants", () => {
  const grants = expandGrants(PROFILES, TABLES);

  it("touch each right once", () => {
    const rights = grants.flatMap(({ role, objectType, objects, privileges, columns = ["*"] }) =>
      objects.flatMap((object) =>
        privileges.flatMap((privilege) =>
          columns.map((column) => [role, objectType, object, privilege, column].join()),
        ),
      ),
    );
    expect(new Set(rights).size).toBe(rights.length);
  });

  it("list a table of a role once, so that revoking one leaves the others", () => {
    const places = grants
      .filter(({ objectType }) => objectType === "table")
      .flatMap(({ role, objects }) => objects.map((object) => `${role}.${object}`));
    expect(new Set(places).size).toBe(places.length);
  });

  it("have names of their own", () => {
    expect(new Set(grants.map(({ name }) => name)).size).toBe(grants.length);
  });

  it("name objects always, and one privilege of one table for columns", () => {
    for (const { objectType, objects, privileges, columns } of grants) {
      expect(objects.length).toBeGreaterThan(0);
      if (objectType !== "column") continue;
      expect([objects.length, privileges.length]).toEqual([1, 1]);
      expect(columns?.length).toBeGreaterThan(0);
    }
  });

  it("add up rules about one table", () => {
    const rules = [
      { names: ["t"], privileges: ["INSERT"] },
      { names: "all", privileges: ["SELECT"] },
      { names: ["t"], privileges: ["INSERT", "DELETE"] },
    ] as const;
    expect(
      expandGrants([{ role: "r", tables: rules }], ["t", "u"]).map(({ name, objects }) => [name, objects]),
    ).toEqual([
      ["r-table-select-insert-delete", ["t"]],
      ["r-table-select", ["u"]],
    ]);
  });

  it("are refused for a table and its columns, which undo one another", () => {
    const profile = {
      role: "r",
      tables: [{ names: ["t"], privileges: ["SELECT"] }],
      columns: [{ table: "t", names: ["c"], privileges: ["UPDATE"] }],
    } as const;
    expect(() => expandGrants([profile], ["t"])).toThrow("Role r has privileges on table t and on columns of it");
  });
});

describe("an external schema", () => {
  it("lacks the tables that are in no or another schema", () => {
    const found = [
      { objectName: "a", schemaName: "public" },
      { objectName: "b", schemaName: "other" },
    ];
    expect(missingTables(["a", "b", "c"], found)).toEqual(["b", "c"]);
  });
});
