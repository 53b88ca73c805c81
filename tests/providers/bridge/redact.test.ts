import { createRedactor } from "../../../providers/base/redact";

const secret = "pä ss/w'ord\"1+é";

const forms: [string, string][] = [
  ["as it is", secret],
  ["in a URL path", encodeURIComponent(secret)],
  ["in a URL", encodeURI(secret)],
  ["in a form", new URLSearchParams({ p: secret }).toString()],
  ["in JSON", JSON.stringify({ password: secret })],
  ["in an SQL literal", `ALTER ROLE x PASSWORD '${secret.replaceAll("'", "''")}'`],
  ["in a basic authorization header", Buffer.from(`admin:${secret}`).toString("base64")],
  ["one byte later in base64", Buffer.from(`admin1:${secret} and more`).toString("base64")],
  ["two bytes later in base64", Buffer.from(`admin12:${secret}`).toString("base64url")],
  ["in a connection URL", `postgres://admin:${encodeURIComponent(secret)}@db:5432/x`],
];

it.each(forms)("a secret is taken out %s", (_, text) => {
  const redacted = createRedactor([secret]).text(`before ${text} after`);
  expect(redacted).toContain("[secret]");
  expect(redacted).toMatch(/^before .* after$/s);
  for (const [, form] of forms) expect(redacted).not.toContain(form);
  expect(redacted).not.toContain(secret.slice(0, 8));
});

it("a password in a URL is hidden although nobody knows it", () => {
  expect(createRedactor([]).text("cannot reach amqp://u:p%40ss@host:5672/v")).toBe(
    "cannot reach amqp://u:[secret]@host:5672/v",
  );
  expect(createRedactor([]).text("see https://relay:15671/api and mail a@b")).toBe(
    "see https://relay:15671/api and mail a@b",
  );
});

it("of overlapping secrets nothing is left over", () => {
  expect(createRedactor(["hunter", "hunter22"]).text("hunter22!")).toBe("[secret]!");
});

it("a very short secret goes only where it stands alone", () => {
  expect(createRedactor(["pw", ""]).text("pw is wrong for pwadmin: 'pw'")).toBe(
    "[secret] is wrong for pwadmin: '[secret]'",
  );
});

it("an error loses its secrets in message, stack and causes, and everything else but name and code", () => {
  const cause = Object.assign(new Error(`near "${secret}"`), { code: "42601", query: `PASSWORD '${secret}'` });
  const error = new TypeError(`failed: ${secret}`, { cause });
  const redacted = createRedactor([secret]).error(error);
  expect(redacted).toMatchObject({ name: "TypeError", message: "failed: [secret]" });
  expect(redacted.cause).toMatchObject({ message: 'near "[secret]"', code: "42601" });
  const everything = [redacted, redacted.cause as Error]
    .map((e) => `${e.message}${e.stack}${JSON.stringify(e, Object.getOwnPropertyNames(e))}`)
    .join();
  expect(everything).not.toContain(secret);
  expect(everything).not.toContain("query");
});

it("a chain of causes that never ends is cut", () => {
  const error = new Error("a");
  error.cause = error;
  expect(createRedactor(["s3cret"]).error(error).message).toBe("a");
});

it("what is thrown and is no error becomes one", () => {
  expect(createRedactor(["s3cret"]).error("it is s3cret").message).toBe("it is [secret]");
});
