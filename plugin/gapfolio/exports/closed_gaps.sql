-- Gaps that were open in the previous period and in which nothing is open now.
-- cause: the least certain one of its findings, so that "fixed" means that all were.
select
    c.practice,
    c.criterion,
    c.account,
    count(*) as findings,
    min(c.first_seen) as first_seen,
    min(c.open_since) as open_since,
    case when count(distinct c.cause) = 1 then min(c.cause) else 'several causes' end as cause,
    max(case when c.cause in ('fixed', 'resource gone', 'no longer applicable') then 0 else 1 end) as unproven
from closed as c
left join (
    select distinct criterion, account
    from findings_sorted
    where standing = 'current' and status in ('fail', 'event')
) as o on o.criterion = c.criterion and o.account = c.account
where o.criterion is null
group by c.practice, c.criterion, c.account
order by c.practice, c.criterion, c.account
