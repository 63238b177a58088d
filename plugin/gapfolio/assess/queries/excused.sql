-- The cells that somebody declared not to apply. A declaration is refused in an account where
-- something that it speaks of fails.
select distinct j.practice, j.criterion, j.account, j.kind
from judged as j
inner join declarations as d
    on d.practice = j.practice and d.account = j.account and (d.criterion = '' or d.criterion = j.criterion)
left join judged as b
    on
        b.practice = d.practice
        and b.account = d.account
        and b.state = 'fail'
        and (d.criterion = '' or d.criterion = b.criterion)
where d.state = 'valid' and b.practice is null
