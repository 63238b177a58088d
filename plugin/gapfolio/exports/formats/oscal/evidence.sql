-- The files from which each criterion in each account was judged: those with most failing findings first.
select practice, criterion, account, input, input_sha256, findings, fails, files
from (
    select
        practice,
        criterion,
        account,
        input,
        input_sha256,
        count(*) as findings,
        sum(case when status in ('fail', 'event') then 1 else 0 end) as fails,
        count(*) over (partition by practice, criterion, account) as files,
        row_number() over (
            partition by practice, criterion, account
            order by
                sum(case when status in ('fail', 'event') then 1 else 0 end) desc,
                input,
                input_sha256
        ) as place
    from findings_sorted
    where standing = 'current' and criterion <> ''
    group by practice, criterion, account, input, input_sha256
) as placed
where place <= 25
order by practice, criterion, account, place
