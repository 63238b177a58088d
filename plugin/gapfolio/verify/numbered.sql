-- The findings of a pack as they were read from the scanners' files: what was derived is left out,
-- and worked out anew.
select
    g.n,
    g.source,
    g.scanner,
    g.scanner_version,
    o.input_id,
    g.input_row,
    g.check_raw,
    g.account,
    g.account_name,
    g.region,
    g.resource,
    g.resource_name,
    g.resource_type,
    g.service,
    g.status,
    g.muted,
    g.severity,
    g.title,
    g.detail,
    g.tags,
    g.frameworks,
    g.observed_at,
    g.local_time,
    g.finding_uid
from given as g
inner join origins as o on o.name = g.input and o.sha256 = g.input_sha256
inner join placed as p on p.scanner = g.scanner and p.check_id = g.check_id and p.criterion = g.criterion
