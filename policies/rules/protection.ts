import { resourceRule } from "../rule";
import { DATABASE, PRIVATE_KEY, VHOST } from "../types";

export const protectionRules = [
  resourceRule<{ readonly types: readonly string[] }>({
    name: "stateful-protected",
    displayName: "What cannot be made again is protected",
    description: "Databases, virtual hosts, Flocker's UUIDs and the keys of authorities are protected from deletion.",
    severity: "high",
    level: "advisory",
    control: "CM-5",
    tags: ["state"],
    remedy: "set protect: true in the environment, or the option protect of the resource",
    config: {
      types: {
        type: "array",
        items: { type: "string" },
        description: "Ends of the types in URNs: `a$b` is a b below an a.",
        default: [
          DATABASE,
          VHOST,
          "random:index/randomUuid:RandomUuid",
          `groundwork:pki:CertificateAuthority$${PRIVATE_KEY}`,
        ],
      },
    },
    check: ({ urn, protect }, report, { types }) => {
      const [, , chain = "", name = ""] = urn.split("::");
      if (!protect && types.some((type) => chain === type || chain.endsWith(`$${type}`))) {
        report(`${name} is not protected`);
      }
    },
  }),
];
