/** The tables of Icinga 2's IDO, without their prefix. Source: lib/db_ido_pgsql/schema/pgsql.sql of 2.13. */
const NAMES = `
  acknowledgements commands commenthistory comments configfiles configfilevariables conninfo contact_addresses
  contact_notificationcommands contactgroup_members contactgroups contactnotificationmethods contactnotifications
  contacts contactstatus customvariables customvariablestatus dbversion downtimehistory endpoints endpointstatus
  eventhandlers externalcommands flappinghistory host_contactgroups host_contacts host_parenthosts hostchecks
  hostdependencies hostescalation_contactgroups hostescalation_contacts hostescalations hostgroup_members hostgroups
  hosts hoststatus instances logentries notifications objects processevents programstatus runtimevariables
  scheduleddowntime service_contactgroups service_contacts servicechecks servicedependencies
  serviceescalation_contactgroups serviceescalation_contacts serviceescalations servicegroup_members servicegroups
  services servicestatus statehistory systemcommands timeperiod_timeranges timeperiods zones zonestatus
`;

export const TABLES: readonly string[] = NAMES.trim()
  .split(/\s+/)
  .map((name) => `icinga_${name}`);

/** Where Debian's package icinga2-ido-pgsql has the statements that make them. */
export const SCHEMA_FILE = "/usr/share/icinga2-ido-pgsql/schema/pgsql.sql";

/** Applies the file at `path` as a whole or not at all. */
export function schemaApply(path: string): string {
  return `psql -Xq -v ON_ERROR_STOP=1 --single-transaction -f '${path}' >/dev/null`;
}
