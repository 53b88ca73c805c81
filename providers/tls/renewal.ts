import type { PropertyMap } from "../base/values";
import { hoursAfter } from "../x509";

/** True from `earlyRenewalHours` before the end of the validity on; false while there is no known end. */
export function isDue(certificate: PropertyMap, now: Date): boolean {
  const end = certificate["validityEndTime"];
  if (typeof end !== "string") return false;
  const early = certificate["earlyRenewalHours"];
  return hoursAfter(new Date(end), typeof early === "number" ? -early : 0).getTime() <= now.getTime();
}

/** The planned `readyForRenewal`: true for a certificate whose whole life is within its early renewal period. */
export function plansRenewal({ validityPeriodHours, earlyRenewalHours }: PropertyMap): boolean {
  const validity = typeof validityPeriodHours === "number" ? validityPeriodHours : 0;
  if (validity === 0) return true;
  return typeof earlyRenewalHours === "number" && earlyRenewalHours >= validity;
}
