-- The moment of each export of a service that keeps its findings up to date (Security Hub,
-- GuardDuty, …). Their times are those of the single finding; what counts is when the export was
-- taken: as its run record says, else the newest time in it. Exports of one day are one.
select
    input_id,
    scanner,
    account,
    max(taken) over (partition by scanner, account, cast(taken as date)) as seen_at
from (
    select
        r.input_id,
        r.scanner,
        r.account,
        coalesce(max(p.taken), max(r.observed_at)) as taken
    from numbered as r
    inner join snapshot_formats as f on f.source = r.source
    left join pulled as p on p.input_id = r.input_id
    group by r.input_id, r.scanner, r.account
) as exports
where taken is not null
