-- The cells with the number of current findings that speak of each.
select
    c.practice,
    c.criterion,
    c.account,
    c.kind,
    c.state,
    c.reason,
    coalesce(f.findings, 0) as findings,
    coalesce(f.fails, 0) as fails,
    coalesce(f.accepted, 0) as accepted,
    coalesce(f.resources, 0) as resources,
    f.seen_at
from cells as c
left join (
    select
        practice,
        criterion,
        account,
        count(*) as findings,
        sum(case when status in ('fail', 'event') then 1 else 0 end) as fails,
        sum(case when status in ('fail', 'event') and waiver <> '' then 1 else 0 end) as accepted,
        count(distinct case when status in ('fail', 'event') then resource end) as resources,
        max(seen_at) as seen_at
    from findings_sorted
    where standing = 'current' and criterion <> ''
    group by practice, criterion, account
) as f on f.practice = c.practice and f.criterion = c.criterion and f.account = c.account
order by c.practice, c.criterion, c.kind, c.account
