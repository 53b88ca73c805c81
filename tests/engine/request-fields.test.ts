/** @jest-environment ./tests/engine/support/real-process-environment.js */
import * as pulumi from "@pulumi/pulumi";
import { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { TestStack } from "./support/harness";

/**
 * Every field of the message by which a program declares a resource, and what becomes of it: a field that a newer SDK
 * adds fails this test until somebody has decided. "works" has a test of its behaviour elsewhere in this folder.
 */
const FIELDS: Readonly<Record<string, "works" | "refused" | "says what the SDK can do" | "position in the source">> = {
  ...{ type: "works", name: "works", parent: "works", custom: "works", object: "works", protect: "works" },
  ...{ dependenciesList: "works", provider: "works", propertydependenciesMap: "works", version: "works" },
  ...{ deletebeforereplace: "works", deletebeforereplacedefined: "works", ignorechangesList: "works" },
  ...{ additionalsecretoutputsList: "works", aliasurnsList: "works", aliasesList: "works", importid: "works" },
  ...{ customtimeouts: "works", providersMap: "works", replaceonchangesList: "works", retainondelete: "works" },
  ...{ deletedwith: "works", replaceWithList: "works", transformsList: "works", hooks: "works" },
  ...{ remote: "refused", plugindownloadurl: "works", pluginchecksumsMap: "refused", packageref: "refused" },
  ...{
    replacementTrigger: "works",
    hidediffsList: "works",
    envvarmappingsMap: "refused",
    stateMigrationsList: "refused",
  },
  ...{ acceptsecrets: "says what the SDK can do", supportspartialvalues: "says what the SDK can do" },
  ...{ acceptresources: "says what the SDK can do", aliasspecs: "says what the SDK can do" },
  ...{ supportsresultreporting: "says what the SDK can do", acceptsByteString: "says what the SDK can do" },
  ...{ sourceposition: "position in the source", stacktrace: "position in the source" },
  ...{ parentstacktracehandle: "position in the source", snippetid: "position in the source" },
};

test("every field of a registration is known", () => {
  expect(Object.keys(new RegisterResourceRequest().toObject()).sort()).toEqual(Object.keys(FIELDS).sort());
});

class TestProvider extends pulumi.ProviderResource {}

test.each<[string, string, () => void]>([
  ["envVarMappings", "envVarMappings", () => void new TestProvider("test", "a", {}, { envVarMappings: { A: "B" } })],
])("%s is refused by name and nothing is made", async (_, name, program) => {
  const stack = new TestStack();
  const { failed, errors } = await stack.up(program);
  expect([failed, errors.join()]).toEqual([true, expect.stringContaining(name)]);
  expect(stack.world.objects.size).toBe(0);
});
