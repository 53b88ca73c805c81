/** What a line may stand after to be a comment: of shells and PostgreSQL, Erlang, C and Icinga, ini files, SQL. */
const COMMENT = /^\s*(#|%|\/\/|;|--).*$/gm;

/**
 * A version as programs write it: `TLSv1`, `tlsv1.1`, `TLS1_1`, `SSLv3`. What a sign before it takes away (`-TLSv1`,
 * `!SSLv3`, `no_tlsv1`) is not allowed by it.
 */
const OLD_PROTOCOL = /(?<![-!\w.])(?:SSLv?[23](?![.\w])|TLSv?1(?:[._][01])?(?![.\w]))/gi;

/** Where a list of ciphers begins, up to the end of its line or, in Erlang, of its brackets. */
const CIPHER_LIST = /\b\w*cipher(?:s|suites?|_list|_suites)?\b[^=:,[\n]*[=:,]?\s*(\[[^\]]*\]|[^\n]*)/gi;

/** Parts of ciphers' names in the notation of OpenSSL and in that of the RFCs, which nobody should use any more. */
const BROKEN = /^(e?NULL|aNULL|A?E?C?DH-anon|ADH|AECDH|anon|EXP(ORT)?\w*|RC[24]|DES|3DES|CBC3|MD5|IDEA|SEED|LOW)$/i;

/** Versions of SSL and TLS that a text allows though they are older than TLS 1.2. Source: RFC 8996. */
export function oldProtocols(content: string): readonly string[] {
  return unique([...withoutComments(content).matchAll(OLD_PROTOCOL)].map(([version]) => version));
}

/** Ciphers that a text allows though they are broken or have no key. Source: RFC 9325, section 4.2. */
export function brokenCiphers(content: string): readonly string[] {
  const lists = [...withoutComments(content).matchAll(CIPHER_LIST)].map(([, list = ""]) => list);
  const ciphers = lists.flatMap((list) => list.match(/[!+-]?@?[\w-]+/g) ?? []);
  return unique(
    ciphers.filter((cipher) => !/^[!-]/.test(cipher) && cipher.split(/[-_+]/).some((part) => BROKEN.test(part))),
  );
}

function withoutComments(content: string): string {
  return content.replace(COMMENT, "");
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
