-- Findings and Regions of each account in scope, whatever their standing.
select account, max(account_name) as account_name, region, count(*) as findings
from findings
group by account, region
order by account, region
