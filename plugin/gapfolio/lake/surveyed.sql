-- A survey as the table `numbered`: one finding for each of its rows, which stands for all of them.
select
    row_number() over (
        order by source, scanner, scanner_version, account, check_raw, status
    ) as n,
    row_number() over (
        order by source, scanner, scanner_version, account, check_raw, status
    ) as input_row,
    source,
    scanner,
    scanner_version,
    0 as input_id,
    'aws' as provider,
    check_raw,
    account,
    '' as account_name,
    '' as region,
    '' as resource,
    '' as resource_name,
    '' as resource_type,
    '' as service,
    status,
    false as muted,
    'unknown' as severity,
    '' as title,
    '' as detail,
    cast([] as varchar[]) as tags,
    '' as frameworks,
    observed_at,
    cast(null as timestamp) as local_time,
    '' as finding_uid
from answer_survey
