import { UNKNOWN, secret } from "../../../providers/base/values";
import type { PropertyMap, Value } from "../../../providers/base/values";
import type { Case } from "../case";

const FILES = "hosts:index:FileSet";

const file =
  (rule: string, path: string) =>
  (when: string, content: Value, words?: RegExp): Case => ({
    ...{ rule, when },
    stack: [{ type: FILES, name: "files", inputs: { host: { name: "db1" }, files: [{ path, content }] } }],
    ...(words && { fault: ["files", words] }),
  });

const protocol = file("tls-protocol", "/etc/x.conf");
const ciphers = file("tls-ciphers", "/etc/x.conf");
const sslMode = file("database-tls-verified", "/etc/mig/scheduler.cfg");

const mode = (when: string, type: string, inputs: PropertyMap, words?: RegExp): Case => ({
  ...{ rule: "database-tls-verified", when, stack: [{ type, name: "it", inputs }] },
  ...(words && { fault: ["it", words] }),
});

export const TRANSPORT_CASES: readonly Case[] = [
  protocol("for RabbitMQ's list of 1.2 and 1.3", "{versions, ['tlsv1.3', 'tlsv1.2']}"),
  protocol("for PostgreSQL's smallest version", "ssl_min_protocol_version = 'TLSv1.2'"),
  protocol("for what is taken away", "SSLProtocol all -SSLv3 -TLSv1 -TLSv1.1\nssl_options = no_tlsv1, !SSLv2"),
  protocol("for a remark", "# TLSv1 was here\n% tlsv1.1\n"),
  protocol(
    "for remarks behind settings and above them",
    "/* TLSv1\n   was here */\nssl_min_protocol_version = 'TLSv1.2' # was TLSv1\n",
  ),
  protocol(
    "for all but the old ones",
    "SSLProtocol all -SSLv3 -TLSv1 -TLSv1.1\nSSL_version => 'SSLv23:!TLSv1:!TLSv1_1'",
  ),
  protocol("for words that are no versions", "tls_verify_depth 1\nssl_session_timeout = 1\npassword=xTLSv1"),
  ...[
    ["Go's constant", "MinVersion: tls.VersionTLS10,", "VersionTLS10"],
    ["an option of a command", "ExecStart=/usr/bin/curl --tlsv1.0 https://x", "tlsv1\\.0"],
    ["a bare number", "tls-version-min 1.0", "tls-version-min 1\\.0"],
    ["a number of YAML", 'min_tls_version: "1.1"', 'min_tls_version: "1\\.1'],
    ["a version without a point", 'ssl_min_ver = "TLS10"', "TLS10"],
    ["Apache's all", "SSLProtocol all -SSLv3", "SSLProtocol all"],
    ["stunnel's all", "sslVersion = all", "sslVersion = all"],
    ["Perl's way to say all", "SSL_version => 'SSLv23:!SSLv2'", "SSLv23"],
  ].map(([by, content = "", words = ""]) => protocol(`by ${by}`, content, new RegExp(words))),
  protocol("for content that is not known yet", secret(UNKNOWN)),
  protocol("by RabbitMQ's tlsv1", "{versions, ['tlsv1.2', tlsv1]}", /db1: \/etc\/x\.conf allows tlsv1\n/),
  protocol("by PostgreSQL's TLSv1.1", "ssl_min_protocol_version = 'TLSv1.1'", /allows TLSv1\.1/),
  protocol(
    "by a secret file, of which no more is said",
    secret("password = hunter2\nmin = SSLv3"),
    /^(?![^]*hunter2)[^]*SSLv3/,
  ),

  ciphers("for good ones", "ssl_ciphers = 'ECDHE-ECDSA-AES256-GCM-SHA384:HIGH:!aNULL:!RC4:!3DES'"),
  ciphers("for a list of Erlang", '{ciphers, ["ECDHE-RSA-AES128-GCM-SHA256",\n "TLS_AES_256_GCM_SHA384"]}'),
  ciphers("for words that are no list", "password_encryption = md5\n"),
  ciphers(
    "for all that have a key",
    "cipher_list = ALL:!aNULL:!eNULL:!LOW:!RC4:!3DES\nssl_ciphers = DEFAULT@SECLEVEL=2",
  ),
  ciphers("for a cipher of a VPN", "cipher AES-256-GCM\n"),
  ...[
    ["all that there are", 'cipher_list = "ALL:!LOW:!EXP:!NULL"', "ALL"],
    ["OpenSSL's lowest level", "CipherString = DEFAULT@SECLEVEL=0", "@SECLEVEL=0"],
    ["an item of a list in YAML", "ciphers:\n  - AES256-GCM-SHA384\n  - RC4-SHA\n", "RC4-SHA"],
    ["a setting without a sign", "SSLCipherSuite RC4-SHA:HIGH", "RC4-SHA"],
    ["a tuple of Erlang", "{ciphers, [{rsa,'3des_ede_cbc',sha}]}", "3des_ede_cbc"],
    ["one of many settings", "ssl_options.ciphers.1 = DES-CBC3-SHA", "DES-CBC3-SHA"],
    ["JSON", '"cipher_suites": [\n"TLS_RSA_WITH_RC4_128_SHA"]', "RC4_128"],
  ].map(([by, content = "", words = ""]) => ciphers(`by ${by}`, content, new RegExp(words))),
  ciphers("by RC4", "cipher_list = ECDHE-RSA-AES128-SHA:RC4-SHA", /db1: \/etc\/x\.conf allows RC4-SHA/),
  ciphers(
    "by 3DES in a list of Erlang",
    '{ciphers, ["A",\n "ECDHE-RSA-DES-CBC3-SHA"]}',
    /allows ECDHE-RSA-DES-CBC3-SHA/,
  ),
  ciphers("by one without a key", 'tls_ciphers = "TLS_ECDH_anon_WITH_AES_128_CBC_SHA"', /allows TLS_ECDH_anon/),

  sslMode("for a file", 'sslmode = "verify-full"'),
  sslMode(
    "by a file",
    secret('[postgres]\npassword = "hunter2"\nsslmode = "require"'),
    /^(?![^]*hunter2)[^]*scheduler\.cfg has sslmode require/,
  ),
  sslMode("by Icinga's", '  ssl_mode = "prefer"\n', /has sslmode prefer/),
  sslMode("by a unit's environment", "[Service]\nEnvironment=PGSSLMODE=allow\n", /has sslmode allow/),
  sslMode("by a URL", "url = postgres://db1/mig?sslmode=disable\n", /has sslmode disable/),
  mode("for a command", "hosts:index:Guard", { environment: { PGSSLMODE: "verify-full" } }),
  mode(
    "by a command",
    "hosts:index:Guard",
    { environment: { PGSSLMODE: "require" } },
    /environment has sslmode require/,
  ),
  mode("by a provider", "pulumi:providers:postgresql", { sslmode: "disable" }, /the provider has sslmode disable/),
  mode(
    "by what a component is asked for",
    "groundwork:mig:DatabaseServer",
    { sslmode: "require" },
    /it has sslmode require/,
  ),
];
