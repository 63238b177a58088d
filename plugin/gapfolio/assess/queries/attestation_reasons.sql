-- Attestation cells that have no verdict, by practice and reason.
select practice, reason, count(*) as cells
from cells
where kind = 'attestation' and state in ('unknown', 'absent')
group by practice, reason
order by practice, reason
