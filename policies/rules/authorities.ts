import { reveal } from "../../providers/base/values";
import { authoritiesOf, holdersOf } from "../authorities";
import { stackRule } from "../rule";
import { type Member, stringsOf } from "../subject";
import { STACK, STACK_REFERENCE, holdsPrivateKey, nameOf, typeOf } from "../types";

export const authorityRules = [
  stackRule<{ readonly signingMaster: readonly string[] }>({
    name: "ca-key-on-no-host",
    displayName: "The key of an authority is on no host",
    description: "The private key of an authority is placed on no host, save where Icinga's signing master reads it.",
    severity: "critical",
    level: "mandatory",
    control: "SC-12",
    tags: ["pki"],
    remedy: "place the certificate of the authority alone; if a host has held the key, make a new authority",
    config: {
      signingMaster: {
        type: "array",
        items: { type: "string" },
        description: "Where the daemon of one host may have the key, to sign by itself.",
        default: ["/var/lib/icinga2/ca/ca.key"],
      },
    },
    check: (members, report, { signingMaster }) => {
      for (const authority of authoritiesOf(members)) {
        const holders = holdersOf(authority, members, signingMaster);
        const masters = [...new Set(holders.filter(({ place }) => place === undefined).map(({ host }) => host))];
        for (const { urn, host, place } of holders) {
          if (place !== undefined) report(`${host}: ${place} holds the key ${authority.name}`, urn);
          else if (masters.length > 1) report(`${masters.join(" and ")} hold the key ${authority.name}: one may`, urn);
        }
      }
    },
  }),
  stackRule<{ readonly properties: readonly string[] }>({
    name: "ca-key-in-one-stack",
    displayName: "The key of an authority stays in its stack",
    description: "No stack has a private key among its outputs, and none signs with a key from another stack.",
    severity: "critical",
    level: "mandatory",
    control: "SC-12",
    tags: ["pki", "stacks"],
    remedy: "let every stack have an authority of its own; only certificates cross a StackReference",
    config: {
      properties: {
        type: "array",
        items: { type: "string" },
        description: "Inputs that are private keys, whatever resource has them.",
        default: ["caPrivateKeyPem", "privateKeyPem"],
      },
    },
    check: (members, report, { properties }) => {
      for (const { urn, type, outputs, madeFrom } of members) {
        if (type === STACK) {
          for (const [name, value] of Object.entries(outputs)) {
            if (stringsOf(reveal(value)).some(holdsPrivateKey)) report(`the output ${name} holds a private key`, urn);
          }
        }
        for (const property of properties) {
          const reference = madeFrom[property]?.find((from) => typeOf(from) === STACK_REFERENCE);
          if (reference !== undefined) report(`${nameOf(urn)} has its ${property} from ${nameOf(reference)}`, urn);
        }
      }
    },
  }),
  stackRule<{ readonly shared: readonly string[] }>({
    name: "ca-for-one-platform",
    displayName: "An authority signs for one platform",
    description:
      "The certificates that an authority signs are all of one platform: it tells nodes apart by names alone.",
    severity: "high",
    level: "mandatory",
    control: "SC-17",
    tags: ["pki"],
    remedy: "let each platform make an authority of its own",
    config: {
      shared: {
        type: "array",
        items: { type: "string" },
        description: "Names of keys that sign for several platforms by intent.",
        default: [],
      },
    },
    check: (members, report, { shared }) => {
      for (const { urn, name, signed } of authoritiesOf(members)) {
        const platforms = [...new Set(signed.map(platformOf))].sort();
        if (platforms.length > 1 && !shared.includes(name)) report(`${name} signs for ${platforms.join(" and ")}`, urn);
      }
    },
  }),
];

/** The component at the top of what a certificate belongs to. */
function platformOf({ lineage, urn }: Member): string {
  const root = lineage.at(-1) ?? urn;
  return `${nameOf(root)} (${typeOf(root)})`;
}
