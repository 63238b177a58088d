-- Services whose API calls failed during a run, in a Region that is in scope.
select distinct e.run_id, e.service
from run_errors as e
where
    e.region = ''
    or e.region in (select region from regions)
    or not exists (select 1 from regions)
