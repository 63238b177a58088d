-- The checks of a pack's findings. A finding has a row for each criterion that its check stands in;
-- the row of the first one stands for the finding.
select scanner, check_id, min(criterion) as criterion, count(distinct criterion) as criteria
from given
group by scanner, check_id
