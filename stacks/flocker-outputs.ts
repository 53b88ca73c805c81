import { API_PORT, type Flocker, type FlockerArgs } from "../components/platforms/flocker";
import type { PlatformOutputs } from "./outputs";

export function flockerOutputs(platform: Flocker, { control, nodes, users = [] }: FlockerArgs): PlatformOutputs {
  return {
    roles: {
      "control service": [control.host.name],
      node: nodes.map(({ host }) => host.name),
      "docker plugin": nodes.filter(({ dockerPlugin }) => dockerPlugin).map(({ host }) => host.name),
      "API user": users.flatMap(({ host }) => (host === undefined ? [] : [host.name])),
    },
    open: {
      api: `https://${control.hostname}:${API_PORT}`,
      clusterUuid: platform.clusterUuid,
      nodeUuids: platform.nodeUuids,
      caCertificate: platform.authority.certificatePem,
    },
  };
}
