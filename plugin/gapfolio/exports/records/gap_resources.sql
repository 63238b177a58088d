-- The first resources of each gap; of a gap that is no longer open, those that failed.
with failing as (
    select distinct criterion, account, resource
    from findings_sorted
    where standing = 'current' and status in ('fail', 'event') and criterion <> ''
), concerned as (
    select criterion, account, resource from failing
    union all
    select distinct c.criterion, c.account, c.resource
    from closed as c
    left join (select distinct criterion, account from failing) as o
        on o.criterion = c.criterion and o.account = c.account
    where o.criterion is null
)
select criterion, account, resource
from (
    select
        criterion,
        account,
        resource,
        row_number() over (partition by criterion, account order by resource) as place
    from concerned
) as placed
where place <= 500
order by criterion, account, place
