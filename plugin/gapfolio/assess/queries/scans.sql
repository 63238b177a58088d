-- The scans as the findings show them.
select
    f.scanner,
    f.scanner_version,
    f.account,
    f.seen_at,
    max(case when f.naive then 1 else 0 end) as naive,
    max(case when f.is_snapshot then 1 else 0 end) as is_snapshot,
    f.region,
    count(distinct f.check_id) as checks,
    count(*) as findings,
    sum(case when s.standing = 'superseded' then 1 else 0 end) as superseded,
    sum(case when s.standing = 'stale' then 1 else 0 end) as stale
from findings as f
inner join standing as s on s.n = f.n
group by f.scanner, f.scanner_version, f.account, f.seen_at, f.region
order by f.scanner, f.account, f.seen_at, f.scanner_version, f.region
