-- Open failing findings of each practice by the scanner's severity: shown, never scored.
select c.practice, f.severity, count(*) as findings
from findings as f
inner join standing as s on s.n = f.n
inner join edges as e on e.scanner = f.scanner and e.check_id = f.check_id
inner join criteria as c on c.criterion = e.criterion
where s.standing = 'current' and f.status in ('fail', 'event')
group by c.practice, f.severity
order by c.practice, f.severity
