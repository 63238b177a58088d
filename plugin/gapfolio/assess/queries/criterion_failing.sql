-- The accounts in which a criterion fails.
select criterion, account
from cells
where criterion <> '' and account <> '' and state = 'fail'
order by criterion, account
