-- The tables of Mozilla MIG (sources of 2015-07-31), to be run once by their owner in an empty database.
-- Names and types are those that the scheduler and the API use; what roles may do is declared apart, as Grants.
-- Identifiers are 64-bit numbers that MIG makes itself and Go reads as floats, hence numeric.

CREATE TABLE modules (
    id   numeric PRIMARY KEY,
    name varchar(256) NOT NULL
);

CREATE SEQUENCE investigators_id_seq;

CREATE TABLE investigators (
    id             numeric PRIMARY KEY DEFAULT nextval('investigators_id_seq'),
    name           varchar(1024) NOT NULL,
    pgpfingerprint varchar(128),
    publickey      bytea,
    -- Of the scheduler alone: it signs the orders by which agents are destroyed.
    privatekey     bytea,
    status         varchar(255) NOT NULL,
    createdat      timestamptz NOT NULL,
    lastmodified   timestamptz NOT NULL
);
ALTER SEQUENCE investigators_id_seq OWNED BY investigators.id;
CREATE UNIQUE INDEX investigators_pgpfingerprint_idx ON investigators (pgpfingerprint);

CREATE TABLE agents (
    id              numeric PRIMARY KEY,
    name            varchar(2048) NOT NULL,
    queueloc        varchar(2048) NOT NULL,
    mode            varchar(2048) NOT NULL,
    version         varchar(2048) NOT NULL,
    pid             integer NOT NULL,
    starttime       timestamptz NOT NULL,
    destructiontime timestamptz,
    heartbeattime   timestamptz NOT NULL,
    status          varchar(255),
    environment     json,
    tags            json
);
CREATE INDEX agents_heartbeattime_idx ON agents (heartbeattime DESC);
CREATE INDEX agents_queueloc_pid_idx ON agents (queueloc, pid);
CREATE INDEX agents_status_idx ON agents (status);

CREATE TABLE agents_stats (
    "timestamp"              timestamptz NOT NULL,
    online_agents            numeric,
    online_agents_by_version json,
    online_endpoints         numeric,
    idle_agents              numeric,
    idle_agents_by_version   json,
    idle_endpoints           numeric,
    new_endpoints            numeric,
    multi_agents_endpoints   numeric,
    disappeared_endpoints    numeric,
    flapping_endpoints       numeric
);

CREATE TABLE actions (
    id             numeric PRIMARY KEY,
    name           varchar(2048) NOT NULL,
    target         varchar(2048) NOT NULL,
    description    json,
    threat         json,
    operations     json,
    validfrom      timestamptz NOT NULL,
    expireafter    timestamptz NOT NULL,
    starttime      timestamptz,
    finishtime     timestamptz,
    lastupdatetime timestamptz,
    status         varchar(256),
    syntaxversion  integer,
    pgpsignatures  varchar(4096) NOT NULL
);

CREATE TABLE commands (
    id         numeric PRIMARY KEY,
    actionid   numeric NOT NULL REFERENCES actions,
    agentid    numeric NOT NULL REFERENCES agents,
    status     varchar(255) NOT NULL,
    results    json,
    starttime  timestamptz NOT NULL,
    finishtime timestamptz
);
CREATE INDEX commands_actionid_idx ON commands (actionid DESC);
CREATE INDEX commands_agentid_idx ON commands (agentid DESC);

CREATE TABLE signatures (
    actionid       numeric NOT NULL REFERENCES actions,
    investigatorid numeric NOT NULL REFERENCES investigators,
    pgpsignature   varchar(4096) NOT NULL,
    UNIQUE (actionid, investigatorid)
);
CREATE INDEX signatures_investigatorid_idx ON signatures (investigatorid);

-- What weight of signatures a module demands on an agent.
CREATE TABLE agtmodreq (
    moduleid      numeric NOT NULL REFERENCES modules,
    agentid       numeric NOT NULL,
    minimumweight integer NOT NULL,
    UNIQUE (moduleid, agentid)
);
CREATE INDEX agtmodreq_agentid_idx ON agtmodreq (agentid);

-- What weight an investigator's signature has for a module on an agent.
CREATE TABLE invagtmodperm (
    investigatorid numeric NOT NULL REFERENCES investigators,
    agentid        numeric NOT NULL REFERENCES agents,
    moduleid       numeric NOT NULL REFERENCES modules,
    weight         integer NOT NULL,
    UNIQUE (investigatorid, agentid, moduleid)
);
CREATE INDEX invagtmodperm_agentid_idx ON invagtmodperm (agentid);
CREATE INDEX invagtmodperm_moduleid_idx ON invagtmodperm (moduleid);
