import { resourceRule } from "../rule";
import { hostOf, map, text } from "../subject";
import { FILE_SET, GUARD } from "../types";

export const hostRules = [
  resourceRule<{ readonly algorithms: readonly string[] }>({
    name: "host-key-pinned",
    displayName: "Host keys are pinned",
    description: "Every host is reached by SSH with its own key known beforehand.",
    severity: "high",
    level: "mandatory",
    control: "IA-3",
    tags: ["hosts", "ssh"],
    remedy:
      "set the host's hostKey to what ssh-keyscan prints, once you have compared its fingerprint on the host itself",
    config: {
      algorithms: {
        type: "array",
        items: { type: "string" },
        description: "Kinds of host keys that are taken.",
        default: ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa"],
      },
    },
    check: (subject, report, { algorithms }) => {
      if (subject.type !== FILE_SET && subject.type !== GUARD) return;
      const [algorithm = "", key = ""] = (text(map(subject.inputs["host"])["hostKey"]) ?? "").split(" ");
      if (!/^[A-Za-z0-9+/]{40,}={0,2}$/.test(key)) report(`${hostOf(subject)} has no host key`);
      else if (!algorithms.includes(algorithm)) report(`${hostOf(subject)} has a host key of the kind ${algorithm}`);
    },
  }),
];
