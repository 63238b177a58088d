-- The cells of each practice in each account, with what its current findings say beside them.
select
    c.practice,
    c.account,
    c.criterion,
    c.kind,
    c.state,
    c.reason,
    c.is_accepted,
    coalesce(f.fails, 0) as fails,
    coalesce(f.accepted, 0) as accepted,
    f.first_seen,
    f.open_since,
    f.seen_at
from cells as c
left join (
    select
        practice,
        account,
        sum(case when status in ('fail', 'event') then 1 else 0 end) as fails,
        sum(case when status in ('fail', 'event') and waiver <> '' then 1 else 0 end) as accepted,
        min(first_seen) as first_seen,
        min(open_since) as open_since,
        max(seen_at) as seen_at
    from findings_sorted
    where standing = 'current' and practice <> ''
    group by practice, account
) as f on f.practice = c.practice and f.account = c.account
order by c.practice, c.account, c.criterion, c.kind
