-- Opened and closed findings by practice and cause: how many, and the first few of each.
select practice, opened, cause, of_all, place, finding_key, scanner, check_id, account, region, resource
from (
    select
        m.*,
        count(*) over (partition by m.practice, m.opened, m.cause) as of_all,
        row_number() over (
            partition by m.practice, m.opened, m.cause
            order by m.account, m.region, m.resource, m.check_id, m.finding_key
        ) as place
    from (
        select *, true as opened from opened
        union all
        select *, false as opened from closed
    ) as m
) as counted
where place <= 5
order by practice, opened, cause, place
