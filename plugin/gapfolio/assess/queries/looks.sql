-- The newest moment at which somebody looked: (scanner, check, account, Region), from the findings
-- themselves and from run records that stand. Only evidence of the period counts.
select scanner, check_id, account, region, max(seen_at) as seen_at
from (
    select f.scanner, f.check_id, f.account, f.region, f.seen_at
    from findings as f
    cross join period as p
    where f.seen_at >= p.starts and f.seen_at < p.evidence_ends
    union all
    select r.scanner, c.check_id, r.account, g.region, r.started as seen_at
    from valid_runs as r
    inner join run_checks as c on c.run_id = r.run_id
    inner join run_regions as g on g.run_id = r.run_id
    where r.proves and not r.supposed
) as every_look
group by scanner, check_id, account, region
