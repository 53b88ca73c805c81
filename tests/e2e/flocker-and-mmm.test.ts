import { fileTests as flockerFiles } from "./flocker/files";
import { type Scene, upSideBySide } from "./flocker/scene";
import { sessionTests as flockerSessions } from "./flocker/sessions";
import { fileTests as mmmFiles } from "./mmm/files";
import { sessionTests as mmmSessions } from "./mmm/sessions";

const MINUTES = 60_000;

let scene: Scene;
beforeAll(async () => {
  scene = await upSideBySide();
}, 5 * MINUTES);
afterAll(async () => scene?.environment.stop(), MINUTES);

describe("Flocker's files", () => flockerFiles(() => scene));
describe("Flocker's sessions", () => flockerSessions(() => scene));
describe("MMM's files", () => mmmFiles(() => scene));
describe("MMM's sessions", () => mmmSessions(() => scene));
