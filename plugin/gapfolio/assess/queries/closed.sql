-- Findings that were open in the previous period and are not now, with the cause.
-- is_now: what this period says of the same finding; where it says nothing, whether anybody looked
-- at the same check, account and Region.
select
    p.practice,
    p.criterion,
    p.finding_key,
    p.scanner,
    p.check_id,
    p.account,
    p.region,
    p.resource,
    p.severity,
    p.title,
    p.first_seen,
    p.open_since,
    p.waiver,
    case
        when a.account is null and p.account <> '' then 'out of scope'
        when n.status in ('fail', 'event') then 'mapping changed'
        when e.criterion is null or e.criterion <> p.criterion then 'mapping changed'
        when n.status = 'pass' then 'fixed'
        when n.status = 'not_applicable' then 'no longer applicable'
        when n.status is not null then 'no longer assessed'
        when n.superseded = 1 then 'in a superseded scan only'
        when l.check_id is not null and x.check_id is null then 'resource gone'
        else 'no longer assessed'
    end as cause
from previous as p
left join present as n on n.finding_key = p.finding_key
left join accounts as a on a.account = p.account
left join edges as e on e.scanner = p.scanner and e.check_id = p.check_id
left join looks as l
    on l.scanner = p.scanner and l.check_id = p.check_id and l.account = p.account and l.region = p.region
-- whose calls failed may have missed the resource
left join (
    select distinct scanner, check_id, account from check_runs where failed
) as x on x.scanner = p.scanner and x.check_id = p.check_id and x.account = p.account
where
    p.status in ('fail', 'event')
    and p.criterion <> ''
    and (
        n.status is null
        or n.status not in ('fail', 'event')
        or e.criterion is null
        or e.criterion <> p.criterion
        or (a.account is null and p.account <> '')
    )
