import type { GlobalFlags } from "../program";
import { confirmByName } from "../prompt";
import { Session } from "../session";

/** Releases the locks of a stack: what a killed update leaves. An update that still runs is not stopped by it. */
export async function cancel(flags: GlobalFlags & { readonly yes?: boolean }): Promise<void> {
  const session = await Session.open(flags);
  await session.requireStack();
  const { name } = session.stack;
  if (flags.yes !== true) {
    await confirmByName(
      `This releases the lock on stack '${name}', also when its update still runs somewhere.`,
      name,
      session.workspace.interactive,
    );
  }
  const holders = await session.stack.cancel();
  const text =
    holders.length === 0
      ? `Stack '${name}' was not locked.\n`
      : `${holders.map((holder) => `Released the lock of ${holder}.\n`).join("")}`;
  process.stdout.write(text);
}
