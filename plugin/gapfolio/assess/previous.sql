-- The findings that counted in the previous period, as its evidence pack has them; one row a key.
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
