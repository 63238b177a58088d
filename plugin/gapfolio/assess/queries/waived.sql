-- The open failing findings that the selectors of each waiver match, whatever the waiver's state.
-- '' in a rule = not asked; patterns are escaped with ~.
select distinct r.waiver, f.n, e.practice, e.criterion, f.account
from findings as f
inner join standing as s on s.n = f.n
inner join edges as e on e.scanner = f.scanner and e.check_id = f.check_id
inner join waiver_rules as r on r.criterion = e.criterion
where
    s.standing = 'current'
    and f.status in ('fail', 'event')
    and (r.check_id = '' or (r.scanner = f.scanner and r.check_id = f.check_id))
    and (r.account = '' or r.account = f.account)
    and (r.region = '' or r.region = f.region)
    and (r.resource = '' or f.resource like r.resource escape '~')
    and (
        r.tag = ''
        or exists (select 1 from open_tags as t where t.n = f.n and t.tag like r.tag escape '~')
    )
