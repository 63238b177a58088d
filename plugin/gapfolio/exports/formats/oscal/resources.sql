-- The first failing resources of each criterion in each account.
select practice, criterion, account, resource
from (
    select
        practice,
        criterion,
        account,
        resource,
        row_number() over (partition by practice, criterion, account order by resource) as place
    from (
        select distinct practice, criterion, account, resource
        from findings_sorted
        where standing = 'current' and status in ('fail', 'event') and criterion <> ''
    ) as failing
) as placed
where place <= 25
order by practice, criterion, account, place
