-- All findings by where they stand, and the muted among them.
select
    s.standing,
    count(*) as findings,
    sum(case when f.muted then 1 else 0 end) as muted,
    sum(case when f.seen_at = cast('1970-01-01 00:00:00' as timestamp) then 1 else 0 end) as undated
from findings as f
inner join standing as s on s.n = f.n
group by s.standing
order by s.standing
