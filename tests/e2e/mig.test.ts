import { brokerTests } from "./mig/broker";
import { type Scene, upOnUsedHosts } from "./mig/scene";
import { Environment } from "./support/environment";

const MINUTES = 60_000;

let environment: Environment | undefined;
let scene: Scene;

beforeAll(async () => {
  environment = await Environment.start("mig");
  scene = await upOnUsedHosts(environment);
}, 5 * MINUTES);

afterAll(async () => environment?.stop(), MINUTES);

describe("the broker", () => brokerTests(() => scene));
