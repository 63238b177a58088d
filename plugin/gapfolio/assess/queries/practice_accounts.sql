-- Cells of each practice in each account, by kind and state; the score is arithmetic on these.
select
    practice,
    account,
    kind,
    sum(case when state = 'pass' then 1 else 0 end) as passed,
    sum(case when state = 'fail' then 1 else 0 end) as failed,
    sum(case when state = 'unknown' then 1 else 0 end) as unknown,
    sum(case when state = 'absent' then 1 else 0 end) as absent,
    sum(case when state_supposed = 'unknown' then 1 else 0 end) as unknown_supposed,
    sum(case when is_accepted then 1 else 0 end) as accepted
from cells
group by practice, account, kind
order by practice, account, kind
