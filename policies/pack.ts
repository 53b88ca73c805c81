import { PolicyPack } from "@pulumi/policy";

import { keepMarks } from "./marks";
import { RULES } from "./rules";

keepMarks();
new PolicyPack("groundwork", {
  displayName: "Groundwork",
  description: "What holds for every environment of clustered agent systems",
  policies: [...RULES],
});
