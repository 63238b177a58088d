-- Practices and accounts with open findings in the previous period, whose account is no more in scope.
select
    practice,
    account,
    min(first_seen) as first_seen
from closed
where cause = 'out of scope' and practice <> ''
group by practice, account
order by practice, account
