-- What the small tables depend on: which checks of which scanners are in which accounts, and when
-- they were last seen. Some thousand rows, whatever the number of findings.
select
    source,
    scanner,
    scanner_version,
    account,
    check_raw,
    case when status = 'event' then 'event' else 'pass' end as status,
    max(observed_at) as observed_at,
    count(*) as findings
from numbered
group by
    source,
    scanner,
    scanner_version,
    account,
    check_raw,
    case when status = 'event' then 'event' else 'pass' end
order by source, scanner, scanner_version, account, check_raw, status
