-- The failing resources that the report lists: the first few of each practice, worst severity
-- first, then by account, Region and resource; `of` counts all of them.
select
    p.practice,
    p.of_all,
    f.finding_key,
    f.scanner,
    f.check_id,
    f.account,
    f.region,
    f.resource,
    f.detail,
    f.severity,
    f.muted,
    i.name as input,
    f.input_row
from (
    select
        c.practice,
        f.n,
        count(*) over (partition by c.practice) as of_all,
        row_number() over (
            partition by c.practice
            order by
                case f.severity
                    when 'critical' then 0
                    when 'high' then 1
                    when 'medium' then 2
                    when 'low' then 3
                    else 4
                end,
                f.check_id,
                f.account,
                f.region,
                f.resource,
                f.finding_key
        ) as place
    from findings as f
    inner join standing as s on s.n = f.n
    inner join edges as e on e.scanner = f.scanner and e.check_id = f.check_id
    inner join criteria as c on c.criterion = e.criterion
    where s.standing = 'current' and f.status in ('fail', 'event')
) as p
inner join findings as f on f.n = p.n
inner join inputs as i on i.input_id = f.input_id
where p.place <= 15
order by p.practice, p.place
