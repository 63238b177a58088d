-- Where each finding stands, first that applies: no_account (of a live account, and it names none),
-- out_of_scope (account not under audit),
-- stale (not of this period), superseded (a newer run looked at the same check, account and
-- Region, or the same export says something newer), duplicate (same identity in the same scan; the
-- worst status stands for all), current.
select
    n,
    case
        when nameless then 'no_account'
        when not in_scope then 'out_of_scope'
        when not in_period then 'stale'
        when older then 'superseded'
        when place > 1 then 'duplicate'
        else 'current'
    end as standing
from (
    select
        f.n,
        f.account = '' and c.scanner is null as nameless,
        s.account is not null or c.scanner is not null as in_scope,
        f.seen_at >= p.starts and f.seen_at < p.evidence_ends as in_period,
        -- scans of other code do not replace each other
        coalesce(f.seen_at < l.seen_at and c.scanner is null, false) or o.n is not null as older,
        row_number() over (
            partition by f.finding_key, f.seen_at
            order by
                case when o.n is null then 0 else 1 end,
                case f.status
                    when 'fail' then 0
                    when 'event' then 0
                    when 'error' then 1
                    when 'pass' then 2
                    when 'manual' then 3
                    else 4
                end,
                case when f.muted then 1 else 0 end,
                f.input_id,
                f.input_row,
                f.n
        ) as place
    from findings as f
    cross join period as p
    left join accounts as s on s.account = f.account
    left join code_scanners as c on c.scanner = f.scanner
    left join outdated as o on o.n = f.n
    left join looks as l
        on l.scanner = f.scanner and l.check_id = f.check_id and l.account = f.account and l.region = f.region
) as placed
