import { UNKNOWN, secret } from "../../../providers/base/values";
import type { PropertyMap, Value } from "../../../providers/base/values";
import type { Case } from "../case";

const PEM = "-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\n";

function fileSet(file: PropertyMap, directories: readonly Value[] = []): Case["stack"] {
  return [
    { type: "hosts:index:FileSet", name: "files", inputs: { host: { name: "db1" }, directories, files: [file] } },
  ];
}

const mode = (when: string, file: PropertyMap, words?: RegExp): Case => ({
  ...{ rule: "private-key-mode", when, stack: fileSet({ path: "/etc/x/server.key", content: secret(PEM), ...file }) },
  ...(words && { fault: ["files", words] }),
});

const directory = (when: string, directories: readonly Value[], words?: RegExp): Case => ({
  ...{ rule: "private-key-directory", when },
  stack: fileSet({ path: "/etc/x/certs/server.key", content: secret(UNKNOWN), mode: "0600" }, directories),
  ...(words && { fault: ["files", words] }),
});

const secretFile = (when: string, file: PropertyMap, words?: RegExp): Case => ({
  ...{ rule: "secret-file-mode", when, stack: fileSet({ path: "/etc/x.conf", content: secret("p"), ...file }) },
  ...(words && { fault: ["files", words] }),
});

export const FILE_CASES: readonly Case[] = [
  mode("for 0600", { mode: "0600" }),
  mode("for 0400", { mode: "0400" }),
  mode("for a certificate that all may read", {
    path: "/etc/x/server.pem",
    content: "-----BEGIN CERTIFICATE-----",
    mode: "0644",
  }),
  mode("by 0640", { mode: "0640" }, /db1: \/etc\/x\/server\.key has mode 0640/),
  mode("by the mode that nobody chose", {}, /has mode 0644/),
  mode("in a preview, by the name of the file", { content: secret(UNKNOWN), mode: "0604" }, /has mode 0604/),
  mode("by a key under another name", { path: "/srv/tls.pem", mode: "0644" }, /db1: \/srv\/tls\.pem has mode 0644/),

  directory("in a closed one", [{ path: "/etc/x/certs", mode: "0750" }]),
  directory("below a closed one", [{ path: "/etc/x", mode: "0700" }]),
  directory(
    "by an open one",
    [{ path: "/etc/x/certs", mode: "0755" }],
    /nothing closes \/etc\/x\/certs, where server\.key is/,
  ),
  directory("by none that is declared", [], /db1: nothing closes/),
  directory("by a closed one whose name only begins alike", [{ path: "/etc/x/cert", mode: "0700" }], /nothing closes/),

  secretFile("for 0640", { mode: "0640" }),
  secretFile("for an open file without secrets", { content: "p", mode: "0644" }),
  secretFile("by a file that all may read", { mode: "0644" }, /db1: \/etc\/x\.conf has mode 0644/),
];
