-- Where each finding stands, first that applies: out_of_scope (account not under audit),
-- stale (not of this period), superseded (a newer run looked at the same check, account and
-- Region), duplicate (same identity in the same scan; the worst status stands for all), current.
select
    n,
    case
        when not in_scope then 'out_of_scope'
        when not in_period then 'stale'
        when older then 'superseded'
        when place > 1 then 'duplicate'
        else 'current'
    end as standing
from (
    select
        f.n,
        s.account is not null as in_scope,
        f.seen_at >= p.starts and f.seen_at < p.evidence_ends as in_period,
        coalesce(f.seen_at < l.seen_at, false) as older,
        row_number() over (
            partition by f.finding_key, f.seen_at
            order by
                case f.status
                    when 'fail' then 0
                    when 'error' then 1
                    when 'pass' then 2
                    when 'event' then 3
                    when 'manual' then 4
                    else 5
                end,
                case when f.muted then 1 else 0 end,
                f.input_id,
                f.input_row
        ) as place
    from findings as f
    cross join period as p
    left join accounts as s on s.account = f.account
    left join looks as l
        on l.scanner = f.scanner and l.check_id = f.check_id and l.account = f.account and l.region = f.region
) as placed
