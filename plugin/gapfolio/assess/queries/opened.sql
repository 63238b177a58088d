-- Open findings that were not open in the previous period, with the cause.
-- was: what the previous pack says of the same finding (scanner, check, account, Region, resource).
select
    e.practice,
    f.finding_key,
    f.scanner,
    f.check_id,
    f.account,
    f.region,
    f.resource,
    case
        when p.finding_key is not null and p.criterion <> e.criterion then 'mapping changed'
        when p.status = 'pass' then 'newly failing'
        when p.finding_key is not null then 'now decided'
        when a.account is null and f.account <> '' then 'account newly in scope'
        else 'newly found'
    end as cause
from findings as f
inner join standing as s on s.n = f.n
inner join edges as e on e.scanner = f.scanner and e.check_id = f.check_id
left join previous as p on p.finding_key = f.finding_key
left join previous_accounts as a on a.account = f.account
where
    s.standing = 'current'
    and f.status in ('fail', 'event')
    and (p.finding_key is null or p.status not in ('fail', 'event') or p.criterion <> e.criterion)
