-- The open failing findings that a valid waiver covers; of several the first one is named.
select m.n, m.practice, m.criterion, m.account, min(w.id) as waiver
from waived as m
inner join waivers as w on w.waiver = m.waiver
where w.state = 'valid'
group by m.n, m.practice, m.criterion, m.account
