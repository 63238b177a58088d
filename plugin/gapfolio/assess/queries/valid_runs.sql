-- The run records that count: not void, of the period, of accounts under audit.
-- A run happened when its own findings say (a record may be begun a little later than the clock
-- that the findings carry), else when the record says. `proves` asks that errors were recorded and
-- that the run left a finding in the account.
select
    run_id,
    scanner,
    account,
    happened as started,
    supposed,
    proves
from (
    select
        r.run_id,
        r.scanner,
        r.account,
        coalesce(o.seen_at, r.started) as happened,
        r.supposed,
        r.errors_known and (o.account is not null or (not r.has_outputs and f.account is not null)) as proves
    from runs as r
    inner join accounts as a on a.account = r.account
    left join (
        select i.run_id, g.scanner, g.account, max(g.seen_at) as seen_at
        from run_inputs as i
        inner join findings as g on g.input_id = i.input_id
        group by i.run_id, g.scanner, g.account
    ) as o on o.run_id = r.run_id and o.scanner = r.scanner and o.account = r.account
    left join (
        select distinct scanner, account from findings
    ) as f on f.scanner = r.scanner and f.account = r.account
    where r.void = ''
) as dated
cross join period as p
where happened >= p.starts and happened < p.evidence_ends
