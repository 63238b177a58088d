-- Open gaps: criterion × account with what fails there; the resources are the first few.
select
    practice,
    criterion,
    account,
    count(*) as findings,
    sum(case when waiver <> '' then 1 else 0 end) as accepted,
    min(first_seen) as first_seen,
    min(open_since) as open_since,
    max(seen_at) as seen_at,
    min(
        case severity
            when 'critical' then 1
            when 'high' then 2
            when 'medium' then 3
            when 'low' then 4
            else 5
        end
    ) as severity,
    count(distinct resource) as resources
from findings_sorted
where standing = 'current' and status in ('fail', 'event') and criterion <> ''
group by practice, criterion, account
order by practice, criterion, account
