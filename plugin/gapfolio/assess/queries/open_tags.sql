-- The tags of open failing findings, one row each, as the scanner wrote them.
select f.n, t.tag
from findings as f
inner join standing as s on s.n = f.n
cross join unnest(f.tags) as t(tag)
where s.standing = 'current' and f.status in ('fail', 'event')
