-- Resources on which scanners disagree within one criterion; the cell fails. A pass that proves too little contradicts nothing.
select
    e.criterion,
    f.account,
    f.region,
    f.resource,
    min(case when f.status = 'pass' then concat_ws(':', f.scanner, f.check_id) end) as passed_by,
    min(case when f.status = 'fail' then concat_ws(':', f.scanner, f.check_id) end) as failed_by
from findings as f
inner join standing as s on s.n = f.n
inner join edges as e on e.scanner = f.scanner and e.check_id = f.check_id
where s.standing = 'current' and (f.status = 'fail' or f.status = 'pass' and e.proves_pass)
group by e.criterion, f.account, f.region, f.resource
having
    count(distinct f.scanner) > 1
    and min(case when f.status = 'pass' then f.scanner end) is not null
    and min(case when f.status = 'fail' then f.scanner end) is not null
order by e.criterion, f.account, f.region, f.resource
