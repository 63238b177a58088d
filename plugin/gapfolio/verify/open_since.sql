-- Since when each open finding has been open, as the pack has it: no other memory is left of it.
select f.n, g.open_since
from findings as f
inner join given as g on g.n = f.n
where g.open_since is not null
