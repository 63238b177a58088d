-- Cells of Regional services with an in-scope Region that no scanner of the criterion assessed.
-- A Region counts as assessed where a finding or a valid run record names it.
select g.criterion, g.account, min(g.region) as region
from (
    select c.criterion, a.account, r.region
    from criteria as c
    cross join regions as r
    cross join accounts as a
    where c.is_expected and not c.is_global
) as g
left join (
    select distinct e.criterion, l.account, l.region
    from (select distinct scanner, account, region from looks) as l
    inner join (
        select distinct criterion, scanner from edges where is_expected
    ) as e on e.scanner = l.scanner
) as seen on seen.criterion = g.criterion and seen.account = g.account and seen.region = g.region
where seen.region is null
group by g.criterion, g.account
