-- Findings that were opened, closed, or accepted or not any more, by practice and cause: how many, and the first few of each.
select practice, move, cause, of_all, place, finding_key, scanner, check_id, account, region, resource
from (
    select
        m.*,
        count(*) over (partition by m.practice, m.move, m.cause) as of_all,
        row_number() over (
            partition by m.practice, m.move, m.cause
            order by m.account, m.region, m.resource, m.check_id, m.finding_key
        ) as place
    from (
        select practice, finding_key, scanner, check_id, account, region, resource, cause, 'opened' as move from opened
        union all
        select practice, finding_key, scanner, check_id, account, region, resource, cause, 'closed' as move from closed
        union all
        select practice, finding_key, scanner, check_id, account, region, resource, cause, 'accepted' as move from acceptance
    ) as m
) as counted
where place <= 5
order by practice, move, cause, place
