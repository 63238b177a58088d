-- What the findings say of each cell (criterion × account), over all checks, scanners and Regions.
-- weak_passes: of checks whose pass proves too little; only their fails count.
select
    e.criterion,
    f.account,
    sum(case when s.standing = 'current' and f.status in ('fail', 'event') then 1 else 0 end) as fails,
    sum(
        case when s.standing = 'current' and f.status in ('fail', 'event') and f.muted then 1 else 0 end
    ) as muted_fails,
    sum(case when s.standing = 'current' and f.status = 'event' then 1 else 0 end) as open_events,
    sum(case when s.standing = 'current' and f.status = 'pass' and e.proves_pass then 1 else 0 end) as passes,
    sum(case when s.standing = 'current' and f.status = 'pass' and not e.proves_pass then 1 else 0 end) as weak_passes,
    sum(case when s.standing = 'current' and f.status = 'error' then 1 else 0 end) as errors,
    sum(case when s.standing = 'current' and f.status = 'manual' then 1 else 0 end) as manuals,
    sum(case when s.standing = 'current' and f.status = 'not_applicable' then 1 else 0 end) as not_applicables,
    sum(case when s.standing = 'current' then 1 else 0 end) as current_findings,
    sum(case when s.standing = 'stale' then 1 else 0 end) as stale_findings
from findings as f
inner join standing as s on s.n = f.n
inner join edges as e on e.scanner = f.scanner and e.check_id = f.check_id
where s.standing in ('current', 'stale')
group by e.criterion, f.account
