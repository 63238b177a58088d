-- For each cell: whether run records prove that every primary check of a scanner was executed,
-- without a logged error of its service, in a run that left a finding in that account.
-- `recorded` takes records and declarations; `supposed` also takes "if this was a full scan".
-- `left_out`: so it was, but at least one of the checks passed over what the scanner takes for
-- unused; then silence does not say that there is nothing.
select
    criterion,
    account,
    max(case when seen_whole = wanted then 1 else 0 end) as recorded,
    max(case when by_guess = wanted then 1 else 0 end) as supposed,
    max(case when by_record = wanted and seen_whole < wanted then 1 else 0 end) as left_out,
    max(failed_calls) as failed_calls
from (
    select
        e.criterion,
        a.account,
        e.scanner,
        count(distinct e.check_id) as wanted,
        count(distinct case when k.proves and not k.supposed and not k.failed then k.check_id end) as by_record,
        count(
            distinct case
                when k.proves and not k.supposed and not k.failed and not k.left_out then k.check_id
            end
        ) as seen_whole,
        count(distinct case when k.proves and not k.failed and not k.left_out then k.check_id end) as by_guess,
        max(case when k.failed then 1 else 0 end) as failed_calls
    from edges as e
    cross join accounts as a
    left join check_runs as k
        on k.scanner = e.scanner and k.account = a.account and k.check_id = e.check_id
    where e.is_expected
    group by e.criterion, a.account, e.scanner
) as by_scanner
group by criterion, account
