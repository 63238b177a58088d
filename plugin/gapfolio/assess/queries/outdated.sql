-- In an export, what the scanner has said of a finding since: the same finding with an older time.
select n
from (
    select
        f.n,
        f.own_at,
        max(f.own_at) over (partition by f.finding_key, f.seen_at, f.finding_uid) as newest
    from findings as f
    where f.is_snapshot
) as told
where own_at < newest
