-- Current findings of each criterion by status, over the accounts in scope.
select
    criterion,
    sum(fails) as fails,
    sum(muted_fails) as muted_fails,
    sum(open_events) as open_events,
    sum(passes + weak_passes) as passes,
    sum(errors) as errors,
    sum(manuals) as manuals,
    sum(not_applicables) as not_applicables,
    sum(stale_findings) as stale_findings
from evidence
group by criterion
order by criterion
