-- Rows of a pack that do not say what follows: another practice, standing or date, or an input that
-- assessment.json does not list.
select g.input, g.input_row, count(*) over () as of_all
from given as g
inner join placed as p on p.scanner = g.scanner and p.check_id = g.check_id
left join findings as f on f.n = g.n
left join standing as s on s.n = g.n
left join services as m on m.scanner = f.scanner and m.service = f.service
left join accepted as a on a.n = g.n
left join edges as e on e.scanner = g.scanner and e.check_id = g.check_id and e.criterion = g.criterion
left join (
    select scanner, check_id, count(*) as criteria from edges group by scanner, check_id
) as k on k.scanner = g.scanner and k.check_id = g.check_id
where
    g.criterion = p.criterion and f.n is null
    or g.finding_key <> f.finding_key
    or g.check_id <> f.check_id
    or g.standing <> s.standing
    or g.service_model <> coalesce(m.model, '')
    or g.seen_at <> f.seen_at
    or g.naive <> f.naive
    or (g.open_since is not null) <> (s.standing = 'current' and f.status in ('fail', 'event'))
    or g.waiver <> coalesce(a.waiver, '')
    or g.practice <> coalesce(e.practice, '')
    or coalesce(k.criteria, 0) <> case when g.criterion = '' then 0 else p.criteria end
order by g.input, g.input_row
