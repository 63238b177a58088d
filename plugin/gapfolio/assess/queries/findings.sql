-- Every finding with its canonical check, its key, its origin and the moment it was seen (UTC).
-- finding_key: the identity (scanner, canonical check, account, Region, resource) as a stable hash;
-- the same next quarter, whatever the order of the input or the version of the scanner.
select
    r.n,
    md5(concat_ws('|', r.scanner, coalesce(a.check_id, r.check_raw), r.account, r.region, r.resource)) as finding_key,
    r.scanner,
    r.scanner_version,
    r.source,
    r.input_id,
    r.input_row,
    r.check_raw,
    coalesce(a.check_id, r.check_raw) as check_id,
    r.account,
    r.account_name,
    r.region,
    r.resource,
    r.resource_name,
    r.resource_type,
    r.service,
    r.status,
    r.muted,
    r.severity,
    r.title,
    r.detail,
    r.tags,
    r.frameworks,
    r.finding_uid,
    -- a finding without any time is dated by its file
    coalesce(
        x.seen_at, t.seen_at, r.observed_at, i.modified, cast('1970-01-01 00:00:00' as timestamp)
    ) as seen_at,
    r.observed_at as own_at,
    r.local_time,
    x.input_id is not null as is_snapshot,
    coalesce(t.naive, false) as naive
from numbered as r
inner join inputs as i on i.input_id = r.input_id
left join snapshots as x
    on x.input_id = r.input_id and x.scanner = r.scanner and x.account = r.account
left join aliases as a on a.scanner = r.scanner and a.alias = r.check_raw
left join scan_clock as t
    on t.scanner = r.scanner and t.account = r.account and t.local_time = r.local_time
