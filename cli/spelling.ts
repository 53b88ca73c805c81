import type { Command, Option } from "commander";

const TRUE = /^(1|t|true)$/i;
const FALSE = /^(0|f|false)$/i;

/**
 * Takes boolean flags with a value, `--refresh=false`, as Pulumi's own CLI does: commander knows `--refresh`, and
 * `--no-refresh` where leaving a flag out means something else than false.
 */
export function spellBooleans(program: Command, argv: readonly string[]): string[] {
  const options = allOptions(program);
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

function allOptions(command: Command): Option[] {
  return [...command.options, ...command.commands.flatMap(allOptions)];
}
