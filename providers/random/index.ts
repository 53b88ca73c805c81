import { createFrameworkProvider } from "../base/framework";
import type { ResourceProvider } from "../base/provider";
import { randomPassword, randomString, randomUuid } from "./resources";

/** What the embedded engine runs for `@pulumi/random` 4.x: strings, passwords and UUIDs of the system's generator. */
export function createRandomProvider(): ResourceProvider {
  return createFrameworkProvider("random", {
    resources: {
      "random:index/randomPassword:RandomPassword": randomPassword,
      "random:index/randomString:RandomString": randomString,
      "random:index/randomUuid:RandomUuid": randomUuid,
    },
  });
}
