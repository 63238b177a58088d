-- Findings that were open in the previous period and still are, by practice.
select e.practice, count(*) as findings
from findings as f
inner join standing as s on s.n = f.n
inner join edges as e on e.scanner = f.scanner and e.check_id = f.check_id
inner join previous as p on p.finding_key = f.finding_key and p.criterion = e.criterion
where
    s.standing = 'current'
    and f.status in ('fail', 'event')
    and p.status in ('fail', 'event')
group by e.practice
order by e.practice
