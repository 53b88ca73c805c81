import type { PolicyComplianceFramework } from "@pulumi/policy";

/** Titles of the controls that the rules help to meet. Source: NIST SP 800-53, revision 5, which anyone may use. */
const CONTROLS = {
  "AC-3": "Access Enforcement",
  "AC-6": "Least Privilege",
  "CM-5": "Access Restrictions for Change",
  "CP-10": "System Recovery and Reconstitution",
  "IA-3": "Device Identification and Authentication",
  "IA-5": "Authenticator Management",
  "SC-8": "Transmission Confidentiality and Integrity",
  "SC-12": "Cryptographic Key Establishment and Management",
  "SC-13": "Cryptographic Protection",
  "SC-17": "Public Key Infrastructure Certificates",
  "SC-28": "Protection of Information at Rest",
} as const;

export type Control = keyof typeof CONTROLS;

export function framework(control: Control): PolicyComplianceFramework {
  return { name: "NIST SP 800-53", version: "Rev. 5", reference: control, specification: CONTROLS[control] };
}
