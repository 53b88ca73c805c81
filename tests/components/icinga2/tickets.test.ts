import { ticket } from "../../../components/platforms/icinga2/tickets";

/** As `icinga2 pki ticket --cn … --salt …` of 2.13 prints them. */
const KNOWN: readonly [string, string, string][] = [
  ["agent1.example.net", "5f4dcc3b5aa765d61d8327deb882cf99", "8c3222c40d1a9b074797dd5bce4757255a4a1bb5"],
  ["a", "x", "a8ee9f27e58f84ff0951b313e49c1d7531bcc23d"],
  ["xn--bcher-kva.example", "Zürich", "1a0c2d8980a5752f0d2f5e8bc9c88c21baac7696"],
];

describe("a ticket", () => {
  it.each(KNOWN)("for %s with salt %s is the daemon's own", async (name, salt, expected) => {
    expect(await ticket(name, salt)).toBe(expected);
  });

  it("is another for another name and for another salt", async () => {
    const tickets = await Promise.all([ticket("a", "s"), ticket("b", "s"), ticket("a", "t")]);
    expect(new Set(tickets).size).toBe(3);
  });
});
