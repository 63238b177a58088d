-- Findings that were muted in the scanner and do not pass, and how many of them a valid waiver
-- covers as well.
select
    f.scanner,
    f.check_id,
    f.account,
    coalesce(e.practice, '') as practice,
    count(*) as findings,
    count(a.n) as waived
from findings as f
inner join standing as s on s.n = f.n
left join edges as e on e.scanner = f.scanner and e.check_id = f.check_id
left join accepted as a on a.n = f.n
where s.standing = 'current' and f.muted and f.status in ('fail', 'event', 'error')
group by f.scanner, f.check_id, f.account, coalesce(e.practice, '')
order by practice, f.scanner, f.check_id, f.account
