import { reveal } from "../providers/base/values";
import { type Member, flag, hostOf, placedFiles, stringsOf, text } from "./subject";
import { CERT_REQUEST, FILE_SET, GUARD, LOCALLY_SIGNED, PRIVATE_KEY, SELF_SIGNED, nameOf, typeOf } from "./types";

/** Whoever signs: a key, whether it is made in the stack or comes from elsewhere. */
export interface Authority {
  /** What reports call it. */
  readonly name: string;
  readonly urn: string;
  /** Of the resource that made the key, where that is of this stack. */
  readonly keyUrn: string | undefined;
  /** The key in every form that is known: never shown. */
  readonly pems: readonly string[];
  /** Certificates that are no authorities themselves. */
  readonly signed: readonly Member[];
}

interface Found {
  readonly member: Member;
  readonly keyUrn: string | undefined;
  readonly pem: string | undefined;
  readonly signed?: Member;
}

const FORMS = ["privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh"] as const;

export function authoritiesOf(members: readonly Member[]): readonly Authority[] {
  const byUrn = new Map(members.map((member) => [member.urn, member]));
  const groups = new Map<string, Found[]>();
  for (const found of members.flatMap((member) => foundIn(member, byUrn))) {
    const id = found.keyUrn ?? found.pem ?? found.member.urn;
    groups.set(id, [...(groups.get(id) ?? []), found]);
  }
  return [...groups.values()].map((group) => authorityOf(group, byUrn));
}

function foundIn(member: Member, byUrn: ReadonlyMap<string, Member>): readonly Found[] {
  const isAuthority = flag(member.inputs["isCaCertificate"]);
  switch (member.type) {
    case SELF_SIGNED:
      return isAuthority ? [{ member, ...keyOf(member, "privateKeyPem") }] : [];
    case LOCALLY_SIGNED: {
      const signer = { member, ...keyOf(member, "caPrivateKeyPem") };
      if (!isAuthority) return [{ ...signer, signed: member }];
      const request = requestOf(member, byUrn);
      return request === undefined ? [signer] : [signer, { member, ...keyOf(request, "privateKeyPem") }];
    }
    default:
      return [];
  }
}

function keyOf(member: Member, property: string): Pick<Found, "keyUrn" | "pem"> {
  const keyUrn = member.madeFrom[property]?.find((urn) => typeOf(urn) === PRIVATE_KEY);
  return { keyUrn, pem: text(member.inputs[property])?.trim() };
}

/** What a certificate was asked for by. */
export function requestOf(certificate: Member, byUrn: ReadonlyMap<string, Member>): Member | undefined {
  const urn = certificate.madeFrom["certRequestPem"]?.find((each) => typeOf(each) === CERT_REQUEST);
  return urn === undefined ? undefined : byUrn.get(urn);
}

function authorityOf(group: readonly Found[], byUrn: ReadonlyMap<string, Member>): Authority {
  const [first] = group;
  const keyUrn = first?.keyUrn;
  const { outputs = {} } = (keyUrn === undefined ? undefined : byUrn.get(keyUrn)) ?? {};
  const urn = keyUrn ?? first?.member.urn ?? "";
  const pems = [...FORMS.map((form) => text(outputs[form])?.trim()), ...group.map(({ pem }) => pem)];
  return {
    ...{ urn, keyUrn, name: nameOf(urn) },
    pems: [...new Set(pems)].filter((pem): pem is string => pem !== undefined && pem !== ""),
    signed: group.flatMap(({ signed }) => signed ?? []),
  };
}

/** Where a key is on a host. */
export interface Holder {
  readonly urn: string;
  readonly host: string;
  /** What holds it; `undefined` where it may be. */
  readonly place: string | undefined;
}

/** In a preview the content of files is not known, but what they are made from is. */
export function holdersOf(
  authority: Authority,
  members: readonly Member[],
  allowed: readonly string[],
): readonly Holder[] {
  return members
    .filter(({ type }) => type === FILE_SET || type === GUARD)
    .flatMap((member) =>
      placesOf(authority, member, allowed).map((place) => ({ ...member, host: hostOf(member), place })),
    );
}

function placesOf(
  { keyUrn, pems }: Authority,
  member: Member,
  allowed: readonly string[],
): readonly (string | undefined)[] {
  const holds = (content: string): boolean => pems.some((pem) => content.includes(pem));
  const paths = placedFiles(member).filter(({ content }) => content !== undefined && holds(content));
  if (paths.length > 0) return paths.map(({ path }) => (allowed.includes(path) ? undefined : path));
  const isMadeFrom = keyUrn !== undefined && Object.values(member.madeFrom).some((urns) => urns.includes(keyUrn));
  if (!isMadeFrom && !stringsOf(reveal(member.inputs)).some(holds)) return [];
  if (member.type === GUARD) return ["a command's environment"];
  return [placedFiles(member).some(({ path }) => allowed.includes(path)) ? undefined : "one of the files"];
}
