-- The checks, services, Regions, waivers and frameworks of each open gap, one value a row.
select distinct criterion, account, kind, value
from (
    select criterion, account, 'check' as kind, scanner || ':' || check_id as value
    from findings_sorted
    where standing = 'current' and status in ('fail', 'event') and criterion <> ''
    union all
    select criterion, account, 'service' as kind, service as value
    from findings_sorted
    where standing = 'current' and status in ('fail', 'event') and criterion <> ''
    union all
    select criterion, account, 'region' as kind, region as value
    from findings_sorted
    where standing = 'current' and status in ('fail', 'event') and criterion <> ''
    union all
    select criterion, account, 'waiver' as kind, waiver as value
    from findings_sorted
    where standing = 'current' and status in ('fail', 'event') and criterion <> ''
    union all
    select criterion, account, 'frameworks' as kind, frameworks as value
    from findings_sorted
    where standing = 'current' and status in ('fail', 'event') and criterion <> ''
) as details
where value <> ''
order by criterion, account, kind, value
