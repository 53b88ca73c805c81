import { existsSync } from "node:fs";

import { changeTests } from "./flocker/changes";
import { destroyTests } from "./flocker/destroy";
import { fileTests as flockerFiles } from "./flocker/files";
import { memberTests } from "./flocker/members";
import { type Scene, upSideBySide } from "./flocker/scene";
import { sessionTests as flockerSessions } from "./flocker/sessions";
import { fileTests as mmmFiles } from "./mmm/files";
import { series2Tests } from "./mmm/series-2";
import { sessionTests as mmmSessions } from "./mmm/sessions";

const MINUTES = 60_000;
/** MMM's own library for TLS, of Debian's libio-socket-ssl-perl. */
const testWithPerl = existsSync("/usr/share/perl5/IO/Socket/SSL.pm") ? test : test.skip;

let scene: Scene;
beforeAll(async () => {
  scene = await upSideBySide();
}, 5 * MINUTES);
afterAll(async () => scene?.environment.stop(), MINUTES);

describe("Flocker's files", () => flockerFiles(() => scene));
describe("Flocker's sessions", () => flockerSessions(() => scene));
describe("MMM's files", () => mmmFiles(() => scene));
describe("MMM's sessions", () => mmmSessions(() => scene, testWithPerl));
describe("for a change of one field, only what it asks for is done:", () => changeTests(() => scene));
describe("members of the cluster", () => memberTests(() => scene));
describe("MMM 2", () => series2Tests(() => scene, testWithPerl));
describe("destroy", () => destroyTests(() => scene));
