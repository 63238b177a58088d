-- The scanners whose findings speak of each criterion in each account.
select distinct practice, criterion, account, scanner
from findings_sorted
where standing = 'current' and criterion <> ''
order by practice, criterion, account, scanner
