import { createTlsProvider } from "../../../providers/tls";
import type { ResourceProvider } from "../../../providers/base/provider";
import type { PropertyMap } from "../../../providers/base/values";
import { diff, make, makePlain, read } from "./support";

const START = new Date("2030-01-01T00:00:00Z");
const HOUR = 3_600_000;

/** A certificate of 10 hours that is renewed 4 hours early, and a clock to wind. */
async function arrange(change: PropertyMap = {}) {
  let now = START;
  const provider: ResourceProvider = createTlsProvider(() => now);
  const key = await makePlain(provider, "key", { algorithm: "ED25519" });
  const inputs: PropertyMap = {
    privateKeyPem: key["privateKeyPem"] ?? "",
    validityPeriodHours: 10,
    earlyRenewalHours: 4,
    allowedUses: ["server_auth"],
    subject: { commonName: "leaf" },
    ...change,
  };
  const { outputs } = await make(provider, "selfSigned", inputs);
  return { provider, inputs, outputs, wind: (hours: number) => (now = new Date(START.getTime() + hours * HOUR)) };
}

const RENEW = { changes: true, diffs: ["readyForRenewal"], replaces: ["readyForRenewal"] };
const KEEP = { changes: false, diffs: [], replaces: [] };

it.each([
  { hours: 0, answer: KEEP },
  { hours: 5.999, answer: KEEP },
  { hours: 6, answer: RENEW },
  { hours: 11, answer: RENEW },
])("decides $hours hours after the start whether the certificate is renewed", async ({ hours, answer }) => {
  const { provider, inputs, outputs, wind } = await arrange();
  wind(hours);
  expect(await diff(provider, "selfSigned", inputs, outputs, inputs)).toEqual(answer);

  const refreshed = await read(provider, "selfSigned", inputs, outputs);
  expect(refreshed?.outputs).toEqual({ ...outputs, readyForRenewal: answer.changes });
  expect(await diff(provider, "selfSigned", inputs, refreshed?.outputs ?? {}, inputs)).toEqual(answer);
});

it("renews with the certificate's early renewal as the program now has it", async () => {
  const { provider, inputs, outputs, wind } = await arrange();
  wind(7);
  expect(await diff(provider, "selfSigned", inputs, outputs, { ...inputs, earlyRenewalHours: 1 })).toEqual({
    changes: true,
    diffs: ["earlyRenewalHours"],
    replaces: [],
  });
});

it.each([
  ["a validity of 0 hours", { validityPeriodHours: 0, earlyRenewalHours: 0 }],
  ["a validity within the early renewal", { validityPeriodHours: 4 }],
])("is ready for renewal from the start with %s", async (_, change) => {
  const { outputs } = await arrange(change);
  expect(outputs["readyForRenewal"]).toBe(true);
});
