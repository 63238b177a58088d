-- Valid waivers that cover some of the same findings.
select distinct v.id, w.id as other
from waived as a
inner join waived as b on b.n = a.n and b.waiver <> a.waiver
inner join waivers as v on v.waiver = a.waiver and v.state = 'valid'
inner join waivers as w on w.waiver = b.waiver and w.state = 'valid'
order by v.id, other
