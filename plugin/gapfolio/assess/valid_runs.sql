-- The run records that count: not void, of the period, of accounts under audit.
-- `proves` asks that errors were recorded and that the run left a finding in the account.
select
    r.run_id,
    r.scanner,
    r.account,
    r.started,
    r.supposed,
    r.errors_known and f.account is not null as proves
from runs as r
inner join accounts as a on a.account = r.account
cross join period as p
left join (
    select distinct scanner, account from findings
) as f on f.scanner = r.scanner and f.account = r.account
where r.void = '' and r.started >= p.starts and r.started < p.evidence_ends
