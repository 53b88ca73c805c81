/** What a line may stand after to be a comment: of shells and PostgreSQL, Erlang, C and Icinga, ini files, SQL. */
const COMMENT = /^\s*(#|%|\/\/|;|--\s).*$/gm;
const COMMENT_OF_C = /^\s*\/\*[^]*?\*\//gm;
/** Behind a setting a comment has blanks around its sign: a password has none. */
const REMARK = /[ \t](#|%|\/\/|;|--)[ \t].*$/gm;

/** Ways to say that SSL, or a TLS older than 1.2, is allowed. */
const OLD_PROTOCOLS: readonly RegExp[] = [
  // `TLSv1`, `tlsv1.1`, `TLS1_1`, `TLS10`, `SSLv3`. What a sign before it takes away (`-TLSv1`, `!SSLv3`, `no_tlsv1`) is not
  // allowed by it; two hyphens begin an option of a command (`--tlsv1.0`).
  /(?:(?<![-!\w.])|(?<=(?<![-\w])--))(?:SSLv?[23](?![.\w])|TLSv?1(?:[._]?[01])?(?![.\w]))/gi,
  // Of Go.
  /\bVersion(?:SSL30|TLS1[01])\b/g,
  // `tls-version-min 1.0`, `min_tls_version: "1.1"`.
  /\b[\w.-]*(?:tls|ssl)[\w.-]*(?<=(?:min|vers|ver(?![a-z])|proto)[\w.-]*)["']?(?:[ \t]*(?:=>|[=:,])[ \t]*|[ \t]+)["']?v?1\.[01](?![\w.])/gi,
  // Everything that the library has, where the old ones are not taken away again. Of Apache, stunnel and Perl.
  /\bSSL_?(?:protocol|version)\b[^\n]*?\b(?:all|any|SSLv23)\b(?![^\n]*[-!]TLSv1(?![._\d]))/gi,
];

/** Where a list of ciphers begins, up to the end of its line or of its brackets, or of the lines of a list in YAML. */
const CIPHER_LIST =
  /\b\w*cipher(?:s|suites?|string|_list|_suites)?\b[\w.-]*["']?(?:[ \t]*(?:=>|[=:,])\s*|[ \t]+)(\[[^\]]*\]|[^\n]*(?:\n[ \t]*-[ \t][^\n]*)*)/gi;

/** Parts of ciphers' names in the notation of OpenSSL and in that of the RFCs, which nobody should use any more. */
const BROKEN = /^(e?NULL|aNULL|A?E?C?DH-anon|ADH|AECDH|anon|EXP(ORT)?\w*|RC[24]|DES|3DES|CBC3|MD5|IDEA|SEED|LOW)$/i;

/** Names of OpenSSL for lists that have ciphers without authentication, unless these are taken away. */
const WITH_ANONYMOUS = /^(ALL|COMPLEMENTOFALL|COMPLEMENTOFDEFAULT)$/;

/** Versions of SSL and TLS that a text allows though they are older than TLS 1.2. Source: RFC 8996. */
export function oldProtocols(content: string): readonly string[] {
  const settings = withoutComments(content);
  return unique(OLD_PROTOCOLS.flatMap((way) => [...settings.matchAll(way)].map(([found]) => found)));
}

/** Ciphers that a text allows though they are broken or have no key. Source: RFC 9325, section 4.2. */
export function brokenCiphers(content: string): readonly string[] {
  return unique([...withoutComments(content).matchAll(CIPHER_LIST)].flatMap(([, list = ""]) => brokenIn(list)));
}

function brokenIn(list: string): readonly string[] {
  const named = (list.match(/[!+-]?[\w-]+/g) ?? []).filter((cipher) => !/^[!-]/.test(cipher));
  const isAuthenticated = /!(aNULL|ADH)\b/.test(list);
  return [
    ...named.filter((cipher) => cipher.split(/[-_+]/).some((part) => BROKEN.test(part))),
    ...named.filter((cipher) => WITH_ANONYMOUS.test(cipher) && !isAuthenticated),
    // Level 0 takes every key and every cipher that is compiled in.
    ...(list.match(/@SECLEVEL=0\b/g) ?? []),
  ];
}

function withoutComments(content: string): string {
  return content.replace(COMMENT_OF_C, "").replace(COMMENT, "").replace(REMARK, "");
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
