-- What this period says of each finding: its status where it counts, and whether only an older scan
-- of the period has it.
select
    f.finding_key,
    max(case when s.standing = 'current' then f.status end) as status,
    max(case when s.standing = 'superseded' then 1 else 0 end) as superseded
from findings as f
inner join standing as s on s.n = f.n
where s.standing in ('current', 'superseded')
group by f.finding_key
