import type { Recorder } from "../recorder";
import { declare } from "./declared";
import { migArgs } from "./environment";

describe("MIG's database", () => {
  let recorder: Recorder;
  beforeAll(async () => {
    recorder = await declare();
  });

  it("makes the readers' role a membership of both others and no login", () => {
    const role = (name: string) => recorder.named("postgresql:index/role:Role", `mig-database-role-${name}`).inputs;
    expect(role("migreadonly")).toMatchObject({ login: false, superuser: false });
    expect(role("migapi")).toMatchObject({ login: true, roles: ["migreadonly"], createRole: false });
    expect(role("migscheduler")).toMatchObject({ login: true, roles: ["migreadonly"], createDatabase: false });
    expect(role("migadmin")["roles"]).toBeUndefined();
    expect(recorder.ofType("postgresql:index/grantRole:GrantRole")).toEqual([]);
  });

  it("grants rights on later tables to the scheduler alone", () => {
    expect(recorder.ofType("postgresql:index/defaultPrivileges:DefaultPrivileges").map(({ inputs }) => inputs)).toEqual(
      [
        {
          database: "mig",
          schema: "public",
          role: "migscheduler",
          owner: "migadmin",
          objectType: "table",
          privileges: ["SELECT"],
        },
      ],
    );
  });

  it("uses an external schema without making database, owner or tables", async () => {
    const external = await declare({ database: { ...migArgs().database, schema: "external" } });
    expect(external.ofType("postgresql:index/database:Database")).toEqual([]);
    expect(external.ofType("hosts:index:Guard")).toEqual([]);
    expect(external.ofType("postgresql:index/role:Role").map(({ inputs }) => inputs["name"])).not.toContain("migadmin");
    expect(external.ofType("postgresql:index/grant:Grant").length).toBeGreaterThan(0);
  });
});
