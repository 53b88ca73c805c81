import type { Command, Option } from "commander";

const TRUE = /^(1|t|true)$/i;
const FALSE = /^(0|f|false)$/i;

/**
 * Takes boolean flags with a value, `--refresh=false`, as Pulumi's own CLI does: commander knows `--refresh`, and
 * `--no-refresh` where leaving a flag out means something else than false.
 */
export function spellBooleans(program: Command, argv: readonly string[]): string[] {
  const options = optionsOf(program, argv);
  const named = (flag: string): Option[] => options.filter(({ long }) => long === flag);
  const end = argv.includes("--") ? argv.indexOf("--") : argv.length;
  return argv.flatMap((argument, index) => {
    const [, name = "", value = ""] = /^--([a-z-]+)=(\w+)$/.exec(argument) ?? [];
    const negation = `--no-${name}`;
    const known = [...named(`--${name}`), ...named(negation)];
    if (index > end || known.length === 0 || known.some((each) => each.required || each.optional)) return argument;
    if (TRUE.test(value)) return named(`--${name}`).length > 0 ? `--${name}` : [];
    if (!FALSE.test(value)) return argument;
    return named(negation).length > 0 ? negation : [];
  });
}

/** Those of the command that is called, and of what it belongs to: another one may have a flag of the same name with a value. */
function optionsOf(command: Command, argv: readonly string[]): Option[] {
  for (const [index, word] of argv.entries()) {
    const called = command.commands.find((each) => each.name() === word);
    if (called !== undefined) return [...command.options, ...optionsOf(called, argv.slice(index + 1))];
  }
  return [...command.options];
}
