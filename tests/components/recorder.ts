import * as pulumi from "@pulumi/pulumi";

export interface Declared {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

const COMPUTED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "tls:index/privateKey:PrivateKey": { privateKeyPem: "PRIVATE KEY of $" },
  "tls:index/selfSignedCert:SelfSignedCert": { certPem: "CA CERTIFICATE" },
  "tls:index/certRequest:CertRequest": { certRequestPem: "REQUEST of $" },
  "tls:index/locallySignedCert:LocallySignedCert": { certPem: "CERTIFICATE of $" },
  "random:index/randomPassword:RandomPassword": { result: "Password4$" },
  "random:index/randomUuid:RandomUuid": { result: "uuid of $" },
};

/** Records what a program declares, without an engine: what a resource computes is made up of its name. */
export class Recorder {
  readonly declared: Declared[] = [];

  constructor() {
    void pulumi.runtime.setMocks(
      {
        newResource: ({ type, name, inputs, id }) => {
          this.declared.push({ type, name, inputs: unwrapped(inputs as Record<string, unknown>) });
          const computed = Object.entries(COMPUTED[type] ?? {}).map(([key, text]) => [
            key,
            text.replace("$", name.replace(/[^A-Za-z0-9]/g, "")),
          ]);
          return {
            id: id === undefined || id === "" ? `${name}-id` : id,
            state: { ...inputs, ...Object.fromEntries(computed) },
          };
        },
        call: ({ inputs }) => inputs,
      },
      "groundwork",
      "test",
      false,
    );
  }

  /** Runs a declaration to its end. A child is declared only some turns after its parent, so wait until none follows. */
  async run<T>(declare: () => T): Promise<T> {
    const result = declare();
    for (let quiet = 0, count = -1; quiet < 50;) {
      await new Promise((resolve) => setImmediate(resolve));
      quiet = this.declared.length === count ? quiet + 1 : 0;
      count = this.declared.length;
    }
    return result;
  }

  ofType(type: string): readonly Declared[] {
    return this.declared.filter((resource) => resource.type === type);
  }

  named(type: string, name: string): Declared {
    const found = this.ofType(type).find((resource) => resource.name === name);
    if (found === undefined) {
      throw new Error(
        `${type} ${name} was not declared; there are ${this.ofType(type)
          .map(({ name: n }) => n)
          .join(", ")}`,
      );
    }
    return found;
  }
}

/** Mocks see a property that holds a secret anywhere as one secret, in an envelope. */
function unwrapped(inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [name, isSecret(value) ? value.value : value]),
  );
}

function isSecret(value: unknown): value is { readonly value: unknown } {
  return typeof value === "object" && value !== null && "4dabf18193072939515e22adb298388d" in value && "value" in value;
}
