import { Recorder } from "../components/recorder";
import { hostsCalled, parsed, programOf } from "../stacks/changes/support";

const DIRECTORY = "/srv/postgresql/16";
const ENVIRONMENT = {
  hosts: hostsCalled("app1", "db1"),
  operators: { broker: { endpoint: "https://app1.example.net:15671" } },
  mig: {
    relay: { hosts: ["app1"] },
    database: { host: "db1", directory: DIRECTORY, unit: "postgresql@16-main" },
    scheduler: { hosts: ["app1"] },
    api: { host: "app1", publicUrl: "https://mig.example.net" },
    agents: { hosts: [] },
  },
  icinga2: { zones: [{ name: "master", endpoints: [{ host: "app1" }] }], ido: { host: "db1" } },
};

/** They were written into Debian's folder and told to Debian's unit, wherever MIG's section had its server. */
it("Icinga's access rules go where MIG's server has its configuration, and its service is told", async () => {
  const recorder = new Recorder();
  await recorder.run(programOf(parsed(ENVIRONMENT)));
  const { files, handlers } = recorder.named("hosts:index:FileSet", "icinga2-ido-db1").inputs;
  expect(files).toEqual([expect.objectContaining({ path: `${DIRECTORY}/pg_hba.conf` })]);
  expect(handlers).toEqual([expect.objectContaining({ unit: "postgresql@16-main" })]);
});
