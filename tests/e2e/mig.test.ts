import { againTests } from "./mig/again";
import { brokerTests } from "./mig/broker";
import { certificateTests } from "./mig/certificates";
import { databaseTests } from "./mig/database";
import { destroyTests } from "./mig/destroy";
import { externalTests } from "./mig/external";
import { fileTests } from "./mig/files";
import { memberTests } from "./mig/members";
import { renewalTests } from "./mig/renewal";
import { type Scene, upOnUsedHosts } from "./mig/scene";
import { secretTests } from "./mig/secrets";
import { Environment } from "./support/environment";

const MINUTES = 60_000;

let environment: Environment | undefined;
let scene: Scene;

beforeAll(async () => {
  environment = await Environment.start("mig");
  scene = await upOnUsedHosts(environment);
}, 5 * MINUTES);

afterAll(async () => environment?.stop(), MINUTES);

// One lab for all of it, so the order matters: first what leaves everything as it is, the end of it late.
describe("files", () => fileTests(() => scene));
describe("certificates", () => certificateTests(() => scene));
describe("the broker", () => brokerTests(() => scene));
describe("the database", () => databaseTests(() => scene));
describe("a second up", () => againTests(() => scene));
describe("secrets", () => secretTests(() => scene));
describe("certificates whose time has come", () => renewalTests(() => scene));
describe("agents", () => memberTests(() => scene));
describe("destroy", () => destroyTests(() => scene));
describe("a schema of somebody else's", () => externalTests(() => scene));

test.skip("MIG's own daemons connect: they are not in Debian 12", () => undefined);
