"use strict";
const { PolicyPack } = require("@pulumi/policy");

const isThing = ({ type }) => type === "test:index:Thing";

/** A judgement of one thing by its inputs. */
const ofThing = (name, enforcementLevel, isWrong) => ({
  ...{ name, enforcementLevel, description: `${name} of the conformance cases` },
  validateResource: (args, report) => {
    if (isThing(args) && isWrong(args.props)) report(`${args.name} is not as ${name} asks`);
  },
});

new PolicyPack("conformance", {
  policies: [
    ofThing("no-bad-value", "mandatory", ({ value }) => value === "bad"),
    ofThing("no-odd-value", "advisory", ({ value }) => value === "odd"),
    ofThing("off", "disabled", () => true),
    {
      ...{ name: "owner", enforcementLevel: "remediate", description: "Names an owner where there is none" },
      remediateResource: (args) =>
        isThing(args) && args.props.needs === "owner" ? { ...args.props, owner: "somebody" } : undefined,
    },
    {
      ...{ name: "few", enforcementLevel: "mandatory", description: "At most three things" },
      validateStack: ({ resources }, report) => {
        if (resources.filter(isThing).length > 3) report("there are more than three things");
      },
    },
  ],
});
