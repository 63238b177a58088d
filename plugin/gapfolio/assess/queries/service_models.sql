-- Current findings by the article's responsibility model of their service, and by status.
select coalesce(m.model, 'not classified') as model, f.status, count(*) as findings
from findings as f
inner join standing as s on s.n = f.n
left join services as m on m.scanner = f.scanner and m.service = f.service
where s.standing = 'current'
group by coalesce(m.model, 'not classified'), f.status
order by model, f.status
