-- Cells that the pack has otherwise, or that only one of the two has.
select count(*) as cells
from cells as c
full join given_cells as g
    on g.practice = c.practice and g.criterion = c.criterion and g.account = c.account and g.kind = c.kind
where
    c.practice is null
    or g.practice is null
    or g.state <> c.state
    or g.reason <> c.reason
    or g.is_accepted <> c.is_accepted
