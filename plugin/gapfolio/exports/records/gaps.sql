-- Open gaps: criterion × account with what fails there.
-- open_since: of what is open, or was until the previous pack, so that the date stays as long as
-- something of the gap is open.
select
    o.practice,
    o.criterion,
    o.account,
    o.findings,
    o.accepted,
    o.first_seen,
    case when c.open_since < o.open_since then c.open_since else o.open_since end as open_since,
    o.seen_at,
    o.severity,
    o.resources
from (
    select
        practice,
        criterion,
        account,
        count(*) as findings,
        sum(case when waiver <> '' then 1 else 0 end) as accepted,
        min(first_seen) as first_seen,
        min(coalesce(open_since, first_seen)) as open_since,
        max(seen_at) as seen_at,
        min(
            case severity
                when 'critical' then 1
                when 'high' then 2
                when 'medium' then 3
                when 'low' then 4
                when 'informational' then 5
                else 6
            end
        ) as severity,
        count(distinct resource) as resources
    from findings_sorted
    where standing = 'current' and status in ('fail', 'event') and criterion <> ''
    group by practice, criterion, account
) as o
left join (
    select criterion, account, min(coalesce(open_since, first_seen)) as open_since
    from closed
    group by criterion, account
) as c on c.criterion = o.criterion and c.account = o.account
