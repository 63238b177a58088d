-- Cells that pass because nothing open was found, and rest on a file that could not be read whole:
-- the open one may have been in the part that is lost. A copy given twice is damaged in one of them.
select distinct e.criterion, f.account
from findings as f
inner join standing as s on s.n = f.n
inner join damaged_inputs as i on i.input_id = f.input_id
inner join edges as e on e.scanner = f.scanner and e.check_id = f.check_id
inner join criteria as c on c.criterion = e.criterion
where c.is_taking and s.standing in ('current', 'duplicate')
