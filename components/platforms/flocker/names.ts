import { isIP } from "node:net";

import { COMMON_NAME_LIMIT, isDialledName } from "../../pki";

/** What every agent verifies, whatever name it dials. Source: flocker/ca/_validation.py of 1.15. */
export const CONTROL_SERVICE = "control-service";
/** The API user that the Docker plugin is. */
export const PLUGIN = "plugin";

/** The control service lets in on its agents' port who has a name that begins so. */
const NODE_PREFIX = "node-";
/** The same for its REST API. */
const USER_PREFIX = "user-";
/** A file of theirs in the same folder has the name that a user's would get. */
const RESERVED = ["cluster", CONTROL_SERVICE, "node", PLUGIN];

export function nodeCommonName(uuid: string): string {
  return `${NODE_PREFIX}${uuid}`;
}

export function userCommonName(user: string): string {
  return `${USER_PREFIX}${user}`;
}

/** Why there cannot be an API user of this name, or `undefined`. */
export function userProblem(user: string): string | undefined {
  if (RESERVED.includes(user)) return `${user} is the name of Flocker's own ${user}.crt`;
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(user)) return `"${user}" is not a user: use letters, digits and . _ -`;
  const limit = COMMON_NAME_LIMIT - USER_PREFIX.length;
  return user.length > limit ? `"${user}" is longer than ${limit} characters` : undefined;
}

/** Why agents and API clients cannot reach the control service by this name, or `undefined`. */
export function hostnameProblem(hostname: string): string | undefined {
  if (isIP(hostname) === 4) return undefined;
  if (isIP(hostname) === 6) return "an IPv6 address is refused by the agents: name the host in DNS";
  if (hostname.includes("_")) return `"${hostname}" has an underscore, at which HTTPS clients break`;
  return isDialledName(hostname) ? undefined : `"${hostname}" is not a host name`;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function uuidProblem(uuid: string): string | undefined {
  return UUID.test(uuid) ? undefined : `"${uuid}" is not a UUID in small letters, as uuidgen prints it`;
}
