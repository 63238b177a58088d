-- Findings on infrastructure code, beside the practice that the deployed resource would concern.
select e.practice, f.scanner, f.status, count(*) as findings
from findings as f
inner join standing as s on s.n = f.n
inner join code_edges as e on e.scanner = f.scanner and e.check_id = f.check_id
where s.standing = 'current'
group by e.practice, f.scanner, f.status
order by e.practice, f.scanner, f.status
