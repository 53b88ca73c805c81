import { passwordMatches } from "../../../providers/rabbitmq/password-hash";

/** The example of RabbitMQ's documentation: salt 908DC60A, password test12. */
const SHA256 = {
  password_hash: "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR",
  hashing_algorithm: "rabbit_password_hashing_sha256",
};

test.each([
  ["test12", SHA256, true],
  ["test13", SHA256, false],
  ["", SHA256, false],
  ["test12", { ...SHA256, password_hash: "" }, false],
  ["test12", { ...SHA256, password_hash: "kI3G" }, false],
  ["test12", { ...SHA256, hashing_algorithm: "of_their_own" }, undefined],
  ["test12", { hashing_algorithm: SHA256.hashing_algorithm }, undefined],
])("password %j against %j: %s", (password, hashed, matches) => {
  expect(passwordMatches(password, hashed)).toBe(matches);
});
