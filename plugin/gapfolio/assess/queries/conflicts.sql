-- What scanners say that disagree on one thing within a criterion: one of them passes it in all its
-- checks, another fails it. One row for each scanner, check and verdict, with one example.
-- matter: the thing, whatever the scanner calls it: in a criterion about the account the account, in
-- others the last part of the resource's ARN or id; the Region is often not the same either. A pass
-- that proves too little contradicts nothing.
with said as (
    select
        f.n,
        f.input_id,
        e.criterion,
        f.account,
        case
            when c.scope = 'account' then ''
            else regexp_replace(regexp_replace(lower(f.resource), '[:/]+[*]?$', ''), '^.*[:/]', '')
        end as matter,
        f.scanner,
        f.check_id,
        f.status
    from findings as f
    inner join standing as s on s.n = f.n
    inner join edges as e on e.scanner = f.scanner and e.check_id = f.check_id
    inner join criteria as c on c.criterion = e.criterion
    inner join spoken as k on k.criterion = e.criterion and k.account = f.account
    where s.standing = 'current' and (f.status = 'fail' or f.status = 'pass' and e.proves_pass)
)

select
    p.criterion,
    p.account,
    p.matter,
    p.scanner,
    p.check_id,
    p.status,
    p.findings,
    f.region,
    f.resource,
    f.title,
    f.detail,
    i.name as input,
    f.input_row
from (
    select
        t.criterion,
        t.account,
        t.matter,
        t.scanner,
        t.check_id,
        t.status,
        t.n,
        d.number,
        count(*) over (partition by d.number, t.scanner, t.check_id, t.status) as findings,
        row_number() over (
            partition by d.number, t.scanner, t.check_id, t.status
            order by g.region, g.resource, i.name, g.input_row, g.detail, g.title, g.finding_key
        ) as place
    from said as t
    inner join (
        select
            criterion,
            account,
            matter,
            row_number() over (order by criterion, account, matter) as number
        from (
            select criterion, account, matter, scanner, min(status) as worst
            from said
            group by criterion, account, matter, scanner
        ) as by_scanner
        group by criterion, account, matter
        having min(worst) = 'fail' and max(worst) = 'pass'
    ) as d on d.criterion = t.criterion and d.account = t.account and d.matter = t.matter
    inner join findings as g on g.n = t.n
    inner join inputs as i on i.input_id = t.input_id
    where d.number <= 1000
) as p
inner join findings as f on f.n = p.n
inner join inputs as i on i.input_id = f.input_id
where p.place = 1
order by p.criterion, p.account, p.matter, p.status, p.scanner, p.check_id
