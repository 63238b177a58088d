-- Gaps that were open in the previous period and in which nothing is open now.
-- cause: the least certain one of its findings, so that "fixed" means that all were.
-- seen_at: when the criterion was last looked at in the account; NULL if nobody did.
select
    c.practice,
    c.criterion,
    c.account,
    count(*) as findings,
    count(distinct c.resource) as resources,
    min(c.first_seen) as first_seen,
    min(coalesce(c.open_since, c.first_seen)) as open_since,
    max(s.seen_at) as seen_at,
    min(
        case c.severity
            when 'critical' then 1
            when 'high' then 2
            when 'medium' then 3
            when 'low' then 4
            when 'informational' then 5
            else 6
        end
    ) as severity,
    case when count(distinct c.cause) = 1 then min(c.cause) else 'several causes' end as cause,
    max(case when c.cause in ('fixed', 'resource gone', 'no longer applicable') then 0 else 1 end) as unproven
from closed as c
left join (
    select
        criterion,
        account,
        max(seen_at) as seen_at,
        max(case when status in ('fail', 'event') then 1 else 0 end) as is_open
    from findings_sorted
    where standing = 'current' and criterion <> ''
    group by criterion, account
) as s on s.criterion = c.criterion and s.account = c.account
where coalesce(s.is_open, 0) = 0
group by c.practice, c.criterion, c.account
