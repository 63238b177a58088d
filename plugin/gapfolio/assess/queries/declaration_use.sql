-- What became of each valid declaration that something does not apply: cells that left the sums, each
-- counted once, with the first that takes it out, and whether something fails there, so that it is
-- refused.
select
    declaration,
    account,
    sum(case when refused = 0 and reason = 'declared' and place = 1 then 1 else 0 end) as cells,
    max(refused) as refused
from (
    select
        declaration,
        account,
        reason,
        refused,
        row_number() over (
            partition by practice, criterion, account, kind
            order by refused, declaration
        ) as place
    from (
        select
            d.declaration,
            c.practice,
            c.criterion,
            c.account,
            c.kind,
            c.reason,
            max(case when c.state = 'fail' then 1 else 0 end) over (
                partition by d.declaration, d.account
            ) as refused
        from declarations as d
        inner join cells as c
            on
                c.practice = d.practice
                and c.account = d.account
                and (d.criterion = '' or d.criterion = c.criterion)
        where d.state = 'valid'
    ) as spoken
) as counted
group by declaration, account
order by declaration, account
