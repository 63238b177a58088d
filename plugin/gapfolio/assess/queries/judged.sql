-- The cells as the evidence has them: criterion × account in scope (infrastructure code: one cell in all, account ''), each with its state and the reason for it.
-- Where no account is in scope, because there is only code, one without a name stands for those there may be.
-- Order of the rules: fail, unknown, pass, absent, unseen; see docs/method.md.
-- state_supposed: the state if the scans without a run record had been full ones.
select
    practice,
    criterion,
    account,
    kind,
    case
        when reason in ('error', 'damaged', 'calls_failed', 'region_missing', 'stale', 'manual', 'weak', 'unused_skipped', 'unseen') then 'unknown'
        when reason = 'open_fail' then 'fail'
        when reason = 'evaluated' then 'pass'
        else 'absent'
    end as state,
    case
        when reason = 'unseen' and supposed = 1 and scope = 'resource' then 'absent'
        when reason in ('error', 'damaged', 'calls_failed', 'region_missing', 'stale', 'manual', 'weak', 'unused_skipped', 'unseen') then 'unknown'
        when reason = 'open_fail' then 'fail'
        when reason = 'evaluated' then 'pass'
        else 'absent'
    end as state_supposed,
    reason,
    fails
from (
    select
        c.practice,
        c.criterion,
        a.account,
        'automated' as kind,
        c.scope,
        coalesce(v.fails, 0) as fails,
        coalesce(x.supposed, 0) as supposed,
        case
            when coalesce(v.fails, 0) > 0 then 'open_fail'
            when coalesce(v.errors, 0) > 0 then 'error'
            when b.criterion is not null then 'damaged'
            when coalesce(x.failed_calls, 0) = 1 then 'calls_failed'
            when m.region is not null then 'region_missing'
            when coalesce(v.current_findings, 0) = 0 and coalesce(v.stale_findings, 0) > 0 then 'stale'
            when coalesce(v.passes, 0) = 0 and coalesce(v.manuals, 0) > 0 then 'manual'
            when coalesce(v.passes, 0) > 0 then 'evaluated'
            when coalesce(v.weak_passes, 0) > 0 then 'weak'
            when c.scope = 'resource' and coalesce(x.recorded, 0) = 1 then 'nothing_to_assess'
            when coalesce(x.left_out, 0) = 1 then 'unused_skipped'
            else 'unseen'
        end as reason
    from criteria as c
    inner join (
        select account, false as is_code from celled_accounts
        union all
        select '' as account, true as is_code
    ) as a on a.is_code = c.is_code
    left join evidence as v on v.criterion = c.criterion and v.account = a.account
    left join executed as x on x.criterion = c.criterion and x.account = a.account
    left join damaged as b on b.criterion = c.criterion and b.account = a.account
    left join missing_regions as m on m.criterion = c.criterion and m.account = a.account
    where c.is_expected
) as judged
union all
select p.practice, '' as criterion, a.account, 'automated' as kind, 'unknown' as state, 'unknown' as state_supposed, 'no_check' as reason, 0 as fails
from practices as p
cross join celled_accounts as a
where
    p.evidence <> 'manual'
    and not exists (select 1 from criteria as c where c.practice = p.practice and c.is_expected)
union all
select
    p.practice,
    '' as criterion,
    a.account,
    'attestation' as kind,
    coalesce(t.state, 'unknown') as state,
    coalesce(t.state, 'unknown') as state_supposed,
    coalesce(t.reason, 'not_attested') as reason,
    0 as fails
from practices as p
cross join celled_accounts as a
left join attested as t on t.practice = p.practice and t.account = a.account
where p.evidence <> 'automated'
