-- Since when each open failing finding has been open without a break, as far as the packs remember.
select
    f.n,
    case when p.status in ('fail', 'event') then coalesce(p.open_since, f.seen_at) else f.seen_at end as open_since
from findings as f
inner join standing as s on s.n = f.n
left join previous as p on p.finding_key = f.finding_key
where s.standing = 'current' and f.status in ('fail', 'event')
