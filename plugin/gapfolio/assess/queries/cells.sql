-- The cells: what the evidence says (judged), with what people declared.
-- Evidence goes before a declaration: what passes or fails is not excused.
-- is_accepted: the cell fails, and a valid waiver covers every open fail in it.
select
    j.practice,
    j.criterion,
    j.account,
    j.kind,
    case when d.practice is null or j.state in ('pass', 'fail') then j.state else 'absent' end as state,
    case
        when d.practice is null or j.state in ('pass', 'fail') then j.state_supposed else 'absent'
    end as state_supposed,
    case when d.practice is null or j.state in ('pass', 'fail') then j.reason else 'declared' end as reason,
    coalesce(j.reason = 'open_fail' and a.findings >= j.fails, false) as is_accepted
from judged as j
left join excused as d
    on
        d.practice = j.practice
        and d.criterion = j.criterion
        and d.account = j.account
        and d.kind = j.kind
left join (
    select criterion, account, count(*) as findings
    from accepted
    group by criterion, account
) as a on a.criterion = j.criterion and a.account = j.account
