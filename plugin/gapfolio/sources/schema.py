"""The table `raw`: findings as the sources fill it, one row a finding and resource (schema v1).

A published contract: source plugins, the mapping SQL and `findings.parquet` build on these names.
"""

FINDINGS_SCHEMA = 1
"""Version of the columns below; raised when one is removed or changes its meaning."""

RAW_DDL = """
CREATE TABLE raw (
    source          VARCHAR   NOT NULL,  -- format that the row was read from, e.g. prowler-ocsf
    scanner         VARCHAR   NOT NULL,  -- tool that made the finding, e.g. prowler
    scanner_version VARCHAR   NOT NULL,  -- as the tool says it; only the major where that is all
    input_id        INTEGER   NOT NULL,  -- 0-based place of the file among the inputs
    "row"           BIGINT    NOT NULL,  -- 1-based element or CSV record in that file
    provider        VARCHAR   NOT NULL,  -- cloud, lower case; only aws rows stay
    check_raw       VARCHAR   NOT NULL,  -- check id as the scanner wrote it
    account         VARCHAR   NOT NULL,  -- account id
    account_name    VARCHAR   NOT NULL,
    region          VARCHAR   NOT NULL,
    resource        VARCHAR   NOT NULL,  -- ARN where there is one, else the scanner's own id
    resource_name   VARCHAR   NOT NULL,
    resource_type   VARCHAR   NOT NULL,
    service         VARCHAR   NOT NULL,  -- the scanner's name of the service, e.g. iam
    status          VARCHAR   NOT NULL,  -- pass, fail, manual, not_applicable, error or event
    muted           BOOLEAN   NOT NULL,  -- muted in the scanner; changes no status
    severity        VARCHAR   NOT NULL,  -- critical, high, medium, low, informational or unknown
    title           VARCHAR   NOT NULL,  -- what the check is about
    detail          VARCHAR   NOT NULL,  -- what the scanner says of this resource
    tags            VARCHAR[] NOT NULL,  -- k=v, as well as it can be told from the format
    frameworks      VARCHAR   NOT NULL,  -- JSON object: framework to list of ids; '' = none
    observed_at     TIMESTAMP,           -- UTC; NULL where only a naive local time was written
    local_time      TIMESTAMP,           -- the scanner's naive clock, as written; NULL = none
    finding_uid     VARCHAR   NOT NULL   -- the scanner's own id of the finding; '' = none
)
"""
"""DDL of `raw`. Missing text is `''`; only the two times may be NULL."""

TABLE = "raw"
