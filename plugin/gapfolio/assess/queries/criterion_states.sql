-- Cells of each criterion by state and reason, over all accounts in scope.
select criterion, state, reason, count(*) as cells
from cells
where criterion <> ''
group by criterion, state, reason
order by criterion, state, reason
