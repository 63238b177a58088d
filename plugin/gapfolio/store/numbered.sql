-- The findings of a store as the table `numbered`, which every other query begins with. n follows the
-- order of the inputs, and in each that of its rows. A finding without an account has that of its
-- file, else the audit's only one; infrastructure code has none.
select
    o.rows_before + f.place as n,
    f.input_row,
    f.source,
    f.scanner,
    f.scanner_version,
    o.input_id,
    f.provider,
    f.check_raw,
    case
        when f.account <> '' or c.scanner is not null then f.account
        when o.account <> '' then o.account
        else o.only_account
    end as account,
    f.account_name,
    f.region,
    f.resource,
    f.resource_name,
    f.resource_type,
    f.service,
    f.status,
    f.muted,
    f.severity,
    f.title,
    f.detail,
    f.tags,
    f.frameworks,
    f.observed_at,
    f.local_time,
    f.finding_uid
from stored as f
inner join origins as o on o.sha256 = f.input_sha256
left join accountless as c on c.scanner = f.scanner
