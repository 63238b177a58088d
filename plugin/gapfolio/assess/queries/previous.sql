-- The findings that counted in the previous period, as its evidence pack has them; one row a key.
-- What had been open before, and what nobody looked at in it, stays open until somebody does.
select
    finding_key,
    practice,
    criterion,
    status,
    scanner,
    check_id,
    account,
    region,
    resource,
    severity,
    title,
    first_seen,
    open_since,
    waiver
from (
    select
        *,
        row_number() over (partition by finding_key order by seen_at desc, input, input_row) as place
    from (
        select
            finding_key,
            practice,
            criterion,
            status,
            scanner,
            check_id,
            account,
            region,
            resource,
            severity,
            title,
            seen_at,
            input,
            input_row,
            coalesce(first_seen, seen_at) as first_seen,
            open_since,
            waiver
        from previous_pack
        where standing = 'current'
    ) as counted
) as placed
where place = 1
union all
select
    c.finding_key,
    c.practice,
    c.criterion,
    'fail' as status,
    c.scanner,
    c.check_id,
    c.account,
    c.region,
    c.resource,
    c.severity,
    c.title,
    c.first_seen,
    c.open_since,
    c.waiver
from previous_closed as c
left join (
    select distinct finding_key from previous_pack where standing = 'current'
) as n on n.finding_key = c.finding_key
where n.finding_key is null and c.cause in ('no longer assessed', 'in a superseded scan only')
