import { z } from "zod";

import { absolutePath, duration, hostName } from "./environment-fields";
import { localDirectory } from "./local-directory";

const agentFields = {
  moduleTimeout: duration,
  socket: z.string().regex(/^$|^127\.\d+\.\d+\.\d+:\d+$/, "is not an address of this host as 127.0.0.1:51664"),
  immortal: z.boolean(),
  installService: z.boolean(),
  discoverPublicIp: z.boolean(),
  checkIn: z.boolean(),
};

export const agents = z.strictObject({
  hosts: z.array(hostName),
  /** A key pair and certificate for each, or one that all share. */
  certificate: z.enum(["each", "shared"]).default("each"),
  moduleTimeout: agentFields.moduleTimeout.default("300s"),
  socket: agentFields.socket.default("127.0.0.1:51664"),
  immortal: agentFields.immortal.default(true),
  installService: agentFields.installService.default(true),
  discoverPublicIp: agentFields.discoverPublicIp.default(false),
  checkIn: agentFields.checkIn.default(false),
  /** What single ones have otherwise, by the names of their hosts. */
  exceptions: z.record(hostName, z.strictObject(agentFields).partial()).default({}),
});

const rule = z.strictObject({
  minimumweight: z.number().int().min(1),
  investigators: z.record(
    z.string().min(1),
    z.strictObject({ fingerprint: z.string(), weight: z.number().int().min(0) }),
  ),
});

/** What is compiled into agents; judged by the component. */
export const agentBuild = z
  .strictObject({
    /** The build host and the file's path there. */
    host: hostName.optional(),
    path: absolutePath.optional(),
    /** In place of both, a folder on the machine that `up` runs on, outside of the project. */
    directory: localDirectory.optional(),
    publicKeys: z.array(z.string()).min(1),
    accessControl: z.record(z.string().min(1), rule),
    proxies: z.array(z.string()).default([]),
    schedulerFingerprint: z.string().optional(),
  })
  .superRefine(({ host, path, directory }, context) => {
    const onHost = host !== undefined && path !== undefined;
    if (directory === undefined ? onHost : host === undefined && path === undefined) return;
    context.addIssue({ code: "custom", message: "needs either host and path, or directory" });
  });
