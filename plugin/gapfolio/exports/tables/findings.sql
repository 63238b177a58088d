-- Every finding, sorted, and after them those that were open in the previous period and of which
-- nothing current is said now: so no two rows that are current or closed have the same key.
select
    finding_key as key,
    practice,
    criterion,
    standing,
    '' as cause,
    status,
    muted,
    severity,
    scanner,
    check_id as "check",
    account,
    account_name,
    region,
    service,
    service_model,
    resource,
    resource_name,
    resource_type,
    title,
    detail,
    tags,
    frameworks,
    seen_at,
    first_seen,
    open_since,
    waiver,
    scanner_version,
    input,
    input_sha256,
    input_row
from findings_sorted
union all
select
    key,
    practice,
    criterion,
    'closed' as standing,
    cause,
    '' as status,
    false as muted,
    severity,
    scanner,
    check_id as "check",
    account,
    '' as account_name,
    region,
    '' as service,
    '' as service_model,
    resource,
    '' as resource_name,
    '' as resource_type,
    title,
    '' as detail,
    [] as tags,
    '' as frameworks,
    null as seen_at,
    first_seen,
    open_since,
    waiver,
    '' as scanner_version,
    '' as input,
    '' as input_sha256,
    null as input_row
from (
    select
        c.finding_key as key,
        c.practice,
        c.criterion,
        c.cause,
        c.severity,
        c.scanner,
        c.check_id,
        c.account,
        c.region,
        c.resource,
        c.title,
        c.first_seen,
        c.open_since,
        c.waiver
    from closed as c
    left join (
        select distinct finding_key
        from findings_sorted
        where standing = 'current'
    ) as n on n.finding_key = c.finding_key
    where n.finding_key is null
    order by c.practice, c.criterion, c.finding_key
) as gone
