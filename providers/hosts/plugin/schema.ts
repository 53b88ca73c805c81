import { packageSchema } from "../../base/package-schema";
import { FILE_SET_FIELDS, GUARD_FIELDS, LOCAL_FILES_FIELDS, PROVIDER_FIELDS } from "../provider/fields";

export const SCHEMA = packageSchema({
  name: "hosts",
  description: "Files and guarded commands on hosts, over SSH.",
  config: PROVIDER_FIELDS,
  resources: {
    "hosts:index:FileSet": {
      description: "The files of one component on one host, placed in one round trip.",
      fields: FILE_SET_FIELDS,
      echoes: false,
    },
    "hosts:index:Guard": {
      description: "A command with a check that decides whether it must run.",
      fields: GUARD_FIELDS,
      echoes: false,
    },
    "hosts:index:LocalFiles": {
      description: "Files on the machine that up runs on, for its user alone.",
      fields: LOCAL_FILES_FIELDS,
      echoes: false,
    },
  },
});
