-- The checks, services, Regions, waivers and frameworks of each gap, one value a row; of a gap that
-- is no longer open, those of the findings that were.
with failing as (
    select criterion, account, scanner || ':' || check_id as check_name, service, region, waiver, frameworks
    from findings_sorted
    where standing = 'current' and status in ('fail', 'event') and criterion <> ''
), closed_only as (
    select c.criterion, c.account, c.scanner || ':' || c.check_id as check_name, c.region
    from closed as c
    left join (select distinct criterion, account from failing) as o
        on o.criterion = c.criterion and o.account = c.account
    where o.criterion is null
)
select distinct criterion, account, kind, value
from (
    select criterion, account, 'check' as kind, check_name as value from failing
    union all
    select criterion, account, 'service' as kind, service as value from failing
    union all
    select criterion, account, 'region' as kind, region as value from failing
    union all
    select criterion, account, 'waiver' as kind, waiver as value from failing
    union all
    select criterion, account, 'frameworks' as kind, frameworks as value from failing
    union all
    select criterion, account, 'check' as kind, check_name as value from closed_only
    union all
    select criterion, account, 'region' as kind, region as value from closed_only
) as details
where value <> ''
order by criterion, account, kind, value
