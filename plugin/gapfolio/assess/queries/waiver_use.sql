-- What each waiver's selectors match today, by practice and account.
select waiver, practice, account, count(*) as findings
from waived
group by waiver, practice, account
order by waiver, practice, account
