-- What findings.csv and findings.parquet hold: every finding with its practice and where it stands,
-- in an order that the order of the inputs does not change.
select
    f.finding_key,
    coalesce(e.practice, '') as practice,
    coalesce(e.criterion, '') as criterion,
    s.standing,
    f.status,
    f.muted,
    f.severity,
    f.scanner,
    f.check_id,
    f.check_raw,
    f.account,
    f.account_name,
    f.region,
    f.service,
    coalesce(m.model, '') as service_model,
    f.resource,
    f.resource_name,
    f.resource_type,
    f.title,
    f.detail,
    f.tags,
    f.frameworks,
    f.seen_at,
    f.own_at as observed_at,
    f.local_time,
    f.naive,
    -- the pack is the memory: what it first had keeps its date from period to period
    case when s.standing = 'current' then coalesce(p.first_seen, f.seen_at) end as first_seen,
    o.open_since,
    coalesce(a.waiver, '') as waiver,
    f.scanner_version,
    f.source,
    i.name as input,
    i.sha256 as input_sha256,
    f.input_row,
    f.finding_uid
from findings as f
inner join standing as s on s.n = f.n
inner join inputs as i on i.input_id = f.input_id
left join services as m on m.scanner = f.scanner and m.service = f.service
left join previous as p on p.finding_key = f.finding_key
left join edges as e on e.scanner = f.scanner and e.check_id = f.check_id
left join open_since as o on o.n = f.n
left join accepted as a on a.n = f.n
order by
    practice,
    criterion,
    f.scanner,
    f.check_id,
    f.account,
    f.region,
    f.resource,
    f.finding_key,
    s.standing,
    input,
    f.input_row,
    f.status,
    f.muted,
    f.severity,
    f.title,
    f.detail,
    f.n
