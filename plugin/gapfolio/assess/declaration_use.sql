-- What became of each valid declaration that something does not apply: cells that left the sums, and
-- whether something fails there, so that it is refused.
select
    d.declaration,
    d.account,
    sum(case when c.reason = 'declared' then 1 else 0 end) as cells,
    max(case when c.state = 'fail' then 1 else 0 end) as refused
from declarations as d
inner join cells as c
    on c.practice = d.practice and c.account = d.account and (d.criterion = '' or d.criterion = c.criterion)
where d.state = 'valid'
group by d.declaration, d.account
order by d.declaration, d.account
