/** A way to get the configuration wrong, and what is said of it. */
export interface Mistake {
  readonly name: string;
  /** Makes it in the text of the configuration file. */
  readonly make: (configuration: string) => string;
  /** As docs/reference/cli.md has it. */
  readonly code: number;
  readonly says: readonly RegExp[];
}

const replacing = (was: string | RegExp, is: string) => (text: string) => {
  if (text.search(was) < 0) throw new Error(`The configuration of development no longer has ${String(was)}.`);
  return text.replace(was, is);
};
const all =
  (...edits: readonly ((text: string) => string)[]) =>
  (text: string) =>
    edits.reduce((edited, edit) => edit(edited), text);

const PLACE = "stacks/Pulumi\\.e2e\\.yaml: groundwork:environment\\.";

/** Tables of what an environment may hold are with `tests/stacks`; here is how a user comes to know of it. */
export const MISTAKES: readonly Mistake[] = [
  {
    name: "that is not YAML",
    make: replacing("organization: ", 'organization "'),
    code: 2,
    says: [/^error: \S+Pulumi\.e2e\.yaml, line \d+: this is not YAML: a colon is missing.*; correct it there$/m],
  },
  {
    name: "without the environment",
    make: replacing("groundwork:environment:", "groundwork:enviroment:"),
    code: 2,
    says: [
      /^error: \S+Pulumi\.e2e\.yaml: groundwork:environment is missing \(it sets groundwork:enviroment, which this project/m,
    ],
  },
  {
    name: "with a wrong key, a host twice, a bad expression, too long a lifetime, one without a unit",
    make: all(
      replacing("mirrored:", "mirored:"),
      replacing("name: agent3", "name: agent2"),
      replacing("agent[0-9]{1,4}", "agent("),
      replacing(" lifetime: 90d", " lifetime: 90y"),
      replacing("renewBefore: 30d", "renewBefore: 30"),
    ),
    code: 1,
    says: [
      new RegExp(`${PLACE}mig\\.relay\\.mirored: there is no such key`),
      new RegExp(`${PLACE}hosts\\[5\\]\\.name: agent2 is taken by hosts\\[4\\]`),
      new RegExp(`${PLACE}mig\\.scheduler\\.whitelist\\[0\\]: Invalid regular expression`),
      new RegExp(`${PLACE}certificates\\.lifetime: 90y is longer than 825d`),
      new RegExp(`${PLACE}certificates\\.renewBefore: is not a lifetime: write a number and its unit`),
    ],
  },
  {
    name: "with a platform that nobody knows",
    make: replacing(/^ {4}mig:$/m, "    migg:"),
    code: 1,
    says: [new RegExp(`${PLACE}migg: there is no such key`)],
  },
  {
    name: "of a lab that is not there",
    make: replacing("/lab.json", "/nowhere.json"),
    code: 1,
    says: [
      new RegExp(`${PLACE}lab: the lab's file \\S+nowhere\\.json does not exist: bring the lab up with npm start`),
    ],
  },
];
