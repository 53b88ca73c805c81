/** An investigator's public key, as `gpg --export -a` prints one that was made for this. */
export const PUBLIC_KEY = `-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEawb6XxYJKwYBBAHaRw8BAQdAhHozJuPm/+4aqqEuKBmdrR9aukLYRmD/nNio
Nj8xFdK0IUJvYiBLZWxzbyA8Ym9iLmtlbHNvQGV4YW1wbGUubmV0PoiQBBMWCAA4
FiEEpVz8BwPO/jq+2UqPfCqeR8A44lMFAmsG+l8CGwMFCwkIBwIGFQoJCAsCBBYC
AwECHgECF4AACgkQfCqeR8A44lN/GQEAySugrECfAJEJXRMMigUT1jxJGNLAivDV
4uF/83IyVUkBAMuOeAjFXYQlxQgOBxrgtaM/I09Q+VRyz4McQF/q04sN
=Wkej
-----END PGP PUBLIC KEY BLOCK-----`;

export const FINGERPRINT = "A55CFC0703CEFE3ABED94A8F7C2A9E47C038E253";

/** What is compiled into agents, where one investigator may do everything. */
export const AGENT_BUILD = {
  publicKeys: [PUBLIC_KEY],
  accessControl: {
    default: { minimumweight: 1, investigators: { Bob: { fingerprint: FINGERPRINT, weight: 2 } } },
  },
};
