-- Current findings of checks that are primary in no criterion, by status; of those on infrastructure
-- code, the ones that stand beside no practice. scored_as_code: they count all the same, in the
-- criterion that takes code.
select
    f.scanner,
    f.check_id,
    max(f.title) as title,
    f.status,
    max(case when k.scanner is not null and e.check_id is not null then 1 else 0 end) as scored_as_code,
    count(*) as findings
from findings as f
inner join standing as s on s.n = f.n
left join edges as e on e.scanner = f.scanner and e.check_id = f.check_id
left join code_scanners as k on k.scanner = f.scanner
left join code_edges as c on c.scanner = f.scanner and c.check_id = f.check_id
where
    s.standing = 'current'
    and case when k.scanner is null then e.check_id is null else c.check_id is null end
group by f.scanner, f.check_id, f.status
order by f.scanner, f.check_id, f.status
