-- The waivers that cover open findings of a practice in an account.
select distinct practice, account, waiver
from findings_sorted
where standing = 'current' and status in ('fail', 'event') and practice <> '' and waiver <> ''
order by practice, account, waiver
