-- Current findings of checks that are primary in no criterion, by status.
select
    f.scanner,
    f.check_id,
    max(f.title) as title,
    f.status,
    count(*) as findings
from findings as f
inner join standing as s on s.n = f.n
left join edges as e on e.scanner = f.scanner and e.check_id = f.check_id
where s.standing = 'current' and e.check_id is null
group by f.scanner, f.check_id, f.status
order by f.scanner, f.check_id, f.status
