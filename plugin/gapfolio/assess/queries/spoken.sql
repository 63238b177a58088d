-- Criteria and accounts at which more than one scanner looked; nowhere else can two disagree.
select e.criterion, l.account
from looks as l
inner join edges as e on e.scanner = l.scanner and e.check_id = l.check_id
group by e.criterion, l.account
having min(l.scanner) <> max(l.scanner)
