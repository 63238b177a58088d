-- Findings that were open in the previous period and still are, where a waiver came or went.
select
    e.practice,
    f.finding_key,
    f.scanner,
    f.check_id,
    f.account,
    f.region,
    f.resource,
    case
        when a.n is not null then 'waived'
        when w.state = 'expired' then 'waiver expired'
        else 'waiver withdrawn'
    end as cause
from findings as f
inner join standing as s on s.n = f.n
inner join edges as e on e.scanner = f.scanner and e.check_id = f.check_id
inner join previous as p on p.finding_key = f.finding_key and p.criterion = e.criterion
left join accepted as a on a.n = f.n
left join waivers as w on w.id = p.waiver
where
    s.standing = 'current'
    and f.status in ('fail', 'event')
    and p.status in ('fail', 'event')
    and (a.n is null) <> (p.waiver = '')
