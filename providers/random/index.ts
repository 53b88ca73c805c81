import { createFrameworkProvider } from "../base/framework";
import type { ResourceProvider } from "../base/provider";
import { randomBytes, randomId, randomInteger, randomPet, randomShuffle } from "./identifiers";
import { randomPassword, randomString, randomUuid, randomUuid4, randomUuid7 } from "./resources";

/** What the embedded engine runs for `@pulumi/random` 4.x, of the system's generator. */
export function createRandomProvider(): ResourceProvider {
  return createFrameworkProvider("random", {
    resources: {
      "random:index/randomBytes:RandomBytes": randomBytes,
      "random:index/randomId:RandomId": randomId,
      "random:index/randomInteger:RandomInteger": randomInteger,
      "random:index/randomPassword:RandomPassword": randomPassword,
      "random:index/randomPet:RandomPet": randomPet,
      "random:index/randomShuffle:RandomShuffle": randomShuffle,
      "random:index/randomString:RandomString": randomString,
      "random:index/randomUuid:RandomUuid": randomUuid,
      "random:index/randomUuid4:RandomUuid4": randomUuid4,
      "random:index/randomUuid7:RandomUuid7": randomUuid7,
    },
  });
}
