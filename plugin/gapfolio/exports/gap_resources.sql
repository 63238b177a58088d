-- The first resources of each open gap.
select criterion, account, resource
from (
    select
        criterion,
        account,
        resource,
        row_number() over (partition by criterion, account order by resource) as place
    from (
        select distinct criterion, account, resource
        from findings_sorted
        where standing = 'current' and status in ('fail', 'event') and criterion <> ''
    ) as distinct_resources
) as placed
where place <= 25
order by criterion, account, place
