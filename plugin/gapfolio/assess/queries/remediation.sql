-- What fails of each practice in each account: how many open findings, how many of them are accepted,
-- and since when the oldest of the others has been open.
select
    e.practice,
    f.account,
    count(*) as findings,
    count(a.n) as accepted,
    min(case when a.n is null then o.open_since end) as open_since
from findings as f
inner join standing as s on s.n = f.n
inner join edges as e on e.scanner = f.scanner and e.check_id = f.check_id
inner join practices as p on p.practice = e.practice
inner join open_since as o on o.n = f.n
left join accepted as a on a.n = f.n
where s.standing = 'current' and f.status in ('fail', 'event')
group by e.practice, f.account
order by e.practice, f.account
